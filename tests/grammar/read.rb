# What the Ruby SDK reads in config files: a JSON list of paths on stdin, what each file holds on stdout.
require "aws-sdk-core"
require "json"

def read(path)
  found = Aws::IniParser.ini_parse(File.read(path, encoding: "UTF-8"))
  found.to_h do |name, settings|
    title = name.start_with?("sso-session ") ? name : "profile #{name}"
    [title, settings.select { |_, value| value.is_a?(String) }]
  end
rescue ArgumentError # bytes that are not UTF-8
  nil
end

puts JSON.generate({ version: "aws-sdk-core #{Aws::CORE_GEM_VERSION}", files: JSON.parse($stdin.read).map { |path| read(path) } })
