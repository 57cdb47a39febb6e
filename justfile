# `just check` is what CI does, in that order.

default: check

fmt:
    cargo fmt --all --check

lint:
    cargo clippy --all-targets --all-features -- -D warnings

doc:
    RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --all-features

# All tests, with what they need installed first.
test:
    tests/run

deny:
    cargo deny check bans licenses sources

# Needs the network.
advisories:
    cargo deny check advisories

run:
    cargo run --release -- demo

check: fmt lint doc test deny
