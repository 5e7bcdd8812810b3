# Resolves what AWS_PROFILE or an endpoint gives, as a client does that was made without credentials.
require 'aws-sdk-core'
begin
  client = Aws::STS::Client.new(region: 'eu-west-1', credentials: Aws::Credentials.new('a', 'b'))
  config = client.config.tap { |settings| settings.credentials = nil; settings.profile = ENV['AWS_PROFILE'] }
  found = Aws::CredentialProviderChain.new(config).resolve
  ARGV[0].to_i.times { puts found ? 'key ' + found.credentials.access_key_id : 'error no credentials' }
rescue StandardError => error
  puts 'error ' + error.message.gsub(/\s+/, ' ')
end
