//! Bytes as they are, for what no honest client would send.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Sends bytes on a fresh connection and reads until the other side closes, or nothing comes for two seconds (for ten
/// where nothing has come yet: the machine may be busy).
pub async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The other side may refuse and close before all is written.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    let mut patience = Duration::from_secs(10);
    while let Ok(Ok(read)) = tokio::time::timeout(patience, stream.read(&mut buffer)).await {
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..read]);
        patience = Duration::from_secs(2);
    }
    String::from_utf8_lossy(&answer).into_owned()
}
