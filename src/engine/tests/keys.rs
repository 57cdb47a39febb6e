//! The key set, while keys come and go.

use serde_json::json;

use super::support::{Running, header};

async fn published(engine: &Running) -> Vec<String> {
    let answer = engine.get("/oauth2/default/v1/keys").await.expect(200);
    assert_eq!(
        answer.header("cache-control"),
        "max-age=3600, must-revalidate"
    );
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn keys_rotate_are_announced_and_withdrawn() {
    let engine = Running::start().await;
    let first = engine.control.key_id();
    assert_eq!(published(&engine).await, std::slice::from_ref(&first));
    engine
        .control_post("keys", &json!({"action": "next"}))
        .await
        .expect(204);
    let announced = published(&engine).await;
    assert_eq!(announced.len(), 2);
    assert_eq!(header(&engine.ada().await["access_token"])["kid"], first);
    engine
        .control_post("keys", &json!({"action": "rotate"}))
        .await
        .expect(204);
    assert_eq!(
        header(&engine.ada().await["access_token"])["kid"],
        announced[1]
    );
    assert!(published(&engine).await.contains(&first));
    engine
        .control_post("keys", &json!({"action": "withdraw"}))
        .await
        .expect(204);
    assert_eq!(published(&engine).await, [announced[1].clone()]);
    engine
        .control_post("keys", &json!({"action": "lose"}))
        .await
        .expect(400);
    engine.stop().await;
}
