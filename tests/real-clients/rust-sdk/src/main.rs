//! Resolves the profile that AWS_PROFILE names with the AWS SDK for Rust, as any program would, and prints what it got.

use aws_config::BehaviorVersion;
use aws_credential_types::provider::ProvideCredentials;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = aws_config::defaults(BehaviorVersion::latest());
    // The stand-in for AWS is on loopback and needs no TLS, which would take minutes to build.
    #[cfg(not(feature = "tls"))]
    let config = config.http_client(aws_smithy_http_client::Builder::new().build_http());
    let config = config.load().await;
    let provider = config.credentials_provider().expect("the default chain has a provider");
    show(&provider).await;
    // With a number of seconds: once more after them.
    if let Some(seconds) = std::env::args().nth(1).and_then(|text| text.parse().ok()) {
        std::thread::sleep(std::time::Duration::from_secs(seconds));
        show(&provider).await;
    }
}

async fn show(provider: &impl ProvideCredentials) {
    match provider.provide_credentials().await {
        Ok(credentials) => println!("{}", credentials.access_key_id()),
        Err(error) => {
            eprintln!("{error:?}");
            std::process::exit(1);
        }
    }
}
