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

# Inputs that nobody has seen, so long for each fuzz target: `just hunt 600 ion`, or `just hunt` for a minute each.
hunt SECONDS="60" TARGET="":
    FUZZ_SEED=random FUZZ_SECONDS={{SECONDS}} cargo test --all-features --test fuzz -- runs::{{TARGET}} --nocapture

# What CI counts: allocations and instructions of the debug build.
gate:
    cargo test --all-features --bench counts -- --only allocations,instructions --rounds 20

# What a request costs in instructions, allocations and system calls, against the reference.
counts *ARGS:
    cargo build --release --all-features --bin interlock
    cargo test --all-features --bench counts -- --binary target/release/interlock --reference release {{ARGS}}

# Beside nginx, HAProxy and mod_auth_openidc: docs/performance.md says how to read it.
side-by-side *ARGS:
    cargo build --release --all-features --bin interlock
    cargo bench --all-features --bench side_by_side -- --binary target/release/interlock {{ARGS}}

# The build that is shipped, in target/optimised: `just optimised --no-default-features --features redis`.
optimised *ARGS:
    deploy/optimised {{ARGS}}

deny:
    cargo deny check bans licenses sources

# Needs the network.
advisories:
    cargo deny check advisories

run:
    cargo run --release -- demo

check: fmt lint doc test gate deny
