//! The shorter way to an endpoint, by itself.

use std::time::Duration;

use http::{Request, Version};
use http_body_util::BodyExt as _;
use tokio::{io::AsyncWriteExt as _, net::UnixStream};

use crate::{
    body::{
        Body,
        idle::Idle,
        wire::{Socket, Wire},
    },
    forward::plain::{Asked, Exchange},
};

#[tokio::test]
async fn an_answer_stays_what_it_is_while_its_connection_brings_others() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let mut request = Request::new(Body::Empty);
        *request.version_mut() = version;
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let idle = Idle::new(1, Duration::from_mins(1));
        let mut lease = idle.lease(Box::new(Wire::new(Socket::Unix(ours))));
        let mut answers = Vec::new();
        for number in 0..200 {
            let body = number.to_string().repeat(number);
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nX-Number: {number}\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            theirs.write_all(answer.as_bytes()).await.unwrap();
            let exchange = Exchange::new(lease, Asked::by(&request));
            let Ok(answer) = exchange.await else {
                panic!("there is no answer {number}");
            };
            answers.push((number.to_string(), body, answer));
            (lease, _) = idle.take().unwrap();
        }
        for (number, body, answer) in answers {
            assert_eq!(answer.headers()["x-number"], number);
            let said = answer.into_body().collect().await.unwrap();
            assert_eq!(said.to_bytes(), body);
        }
    }
}
