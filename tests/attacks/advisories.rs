//! Statements and advisories whose test stands beside the code that answers for them, and advisories that are none of
//! ours, each with the reason.

/// What is proven, in which file, by which test. `inventory` looks whether it is there.
pub(crate) const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "C8",
        "src/forward/tests/fields.rs",
        "what_concerns_the_upstreams_connection_or_our_cookies_stays_here",
    ),
    ("C8", "src/forward/cookies.rs", "the_app_cannot_set_them"),
    (
        "C1 C3",
        "src/session/sessions/tests.rs",
        "a_sign_in_has_a_new_id_and_ends_what_the_browser_had",
    ),
    (
        "C3 CVE-2023-35941 CVE-2021-32923",
        "src/session/sessions/tests.rs",
        "it_ends_with_its_lifetime_however_much_it_is_used",
    ),
    (
        "C2 CVE-2024-47616 GHSA-r7rh-jww5-5fjr",
        "src/session/seal/tests.rs",
        "another_purpose_name_or_ring_opens_nothing",
    ),
    (
        "C11 IDP-15",
        "tests/stories/sessions.rs",
        "an_access_token_is_renewed_once_however_many_requests_meet_its_end",
    ),
    (
        "C11 IDP-15",
        "tests/stories/sessions.rs",
        "a_refused_refresh_ends_the_session",
    ),
    (
        "E3 CVE-2015-10004 CVE-2024-52307",
        "src/login/step_token/tests.rs",
        "no_changed_or_cut_token_belongs_to_anything",
    ),
    (
        "J6 CVE-2026-25537 GHSA-h395-gr6q-cpjc CVE-2020-26160 GHSA-w73w-5m7g-f7qc CVE-2023-22482 GHSA-q9hr-j4rf-8fjc CVE-2024-5798 GHSA-32cj-5wx4-gq8p CVE-2026-55669 GHSA-wxg7-w2v3-w38g CVE-2024-53861 CVE-2025-30144",
        "src/token/tests/access_token.rs",
        "each_claim_that_is_wrong_is_refused",
    ),
    (
        "J1 CVE-2023-48238 CVE-2024-33663 CVE-2024-37568 CVE-2024-54150 CVE-2023-48223",
        "src/token/tests/access_token.rs",
        "each_header_that_is_wrong_is_refused",
    ),
    (
        "J9 GHSA-fhv5-28vv-h8m8 CVE-2026-48524",
        "src/token/tests/keys.rs",
        "a_flood_of_unknown_kids_causes_one_fetch_an_interval",
    ),
    (
        "J9 CVE-2025-64527 CVE-2024-45809",
        "src/token/tests/keys.rs",
        "fifty_callers_wait_for_one_fetch_and_one_who_leaves_stops_nobody",
    ),
    (
        "J9 IDP-12 GHSA-675f-rq2r-jw82",
        "src/token/tests/keys.rs",
        "what_a_withdrawn_key_signed_dies_at_the_next_refresh_cached_or_not",
    ),
    (
        "J9 IDP-12",
        "tests/stories/keys.rs",
        "what_a_withdrawn_key_signed_stops_working_at_the_next_refresh",
    ),
    (
        "J9",
        "src/token/tests/keys.rs",
        "the_last_good_set_is_kept_while_the_issuer_is_away_or_talks_nonsense",
    ),
    (
        "IDP-13 J1",
        "src/token/tests/keys.rs",
        "odd_keys_are_passed_over_and_a_good_one_beside_them_works",
    ),
    (
        "IDP-13",
        "src/token/tests/keys.rs",
        "ten_thousand_keys_are_not_read",
    ),
    (
        "CVE-2024-47077",
        "src/token/tests/vouched.rs",
        "what_the_org_server_says_is_judged",
    ),
    (
        "J10 CVE-2026-71326 GHSA-6765-c87h-8mrf CVE-2025-67490",
        "src/authenticate/recent.rs",
        "a_token_answers_for_its_very_text_and_only_while_it_stands",
    ),
    (
        "W4",
        "src/forward/tests/websocket.rs",
        "tunnels_end_with_the_gateway_and_with_their_lifetime",
    ),
    (
        "S4 W3",
        "src/forward/tests/websocket.rs",
        "the_client_switches_only_after_the_upstream_has",
    ),
    (
        "S5",
        "src/forward/tests/pool.rs",
        "an_unfinished_exchange_never_goes_back_to_the_pool",
    ),
    (
        "L2 CVE-2026-56853",
        "src/forward/tests/attacks.rs",
        "a_client_that_says_nothing_or_half_a_head_is_dropped_in_time",
    ),
    (
        "L2 CVE-2026-26999 CVE-2026-22045 CVE-2026-25949 CVE-2023-47124",
        "src/forward/tests/tls.rs",
        "a_handshake_that_does_not_come_is_not_waited_for",
    ),
    (
        "L5",
        "src/forward/tests/bodies.rs",
        "a_client_that_goes_away_ends_the_upstreams_work",
    ),
    (
        "L8",
        "src/forward/tests/attacks.rs",
        "a_panic_ends_one_request_and_no_other",
    ),
    (
        "A6 CVE-2020-1764",
        "src/config/tests/secrets.rs",
        "elsewhere_a_missing_cookie_secret_is_a_mistake",
    ),
    (
        "A6 CVE-2021-21411 GHSA-652x-m2gr-hppm",
        "src/config/tests/mistakes.rs",
        "every_single_mistake_is_said_once_with_its_key",
    ),
    (
        "H7 D1",
        "src/forward/tests/fields.rs",
        "a_trusted_proxy_is_believed_and_nobody_else",
    ),
    (
        "H10",
        "src/forward/identity/tests.rs",
        "claims_become_fields_or_a_refusal",
    ),
    (
        "P1 CVE-2026-48794 GHSA-j748-h363-wqj8 GO-2026-6218",
        "src/edge/path.rs",
        "no_reading_leaves_the_prefix_that_was_authorised",
    ),
    (
        "T3 GHSA-cqj8-fxxf-9pg7",
        "src/login/transaction/tests.rs",
        "of_many_at_once_one_spends_and_one_finishes",
    ),
    (
        "T2 CVE-2026-54730 CVE-2025-64103 GHSA-cfjq-28r2-4jv5",
        "tests/stories/tabs.rs",
        "an_answer_sent_twice_reaches_the_engine_once",
    ),
    (
        "J7 CVE-2020-15222",
        "tests/stories/backchannel.rs",
        "a_logout_token_ends_the_sessions_of_whom_it_names_once",
    ),
    (
        "IDP-06",
        "tests/corpus_hostile.rs",
        "pictures_are_small_pngs_or_nothing",
    ),
    (
        "IDP-22 T6",
        "tests/stories/mischief.rs",
        "a_forged_callback_makes_no_session_and_no_call",
    ),
];

/// Identifiers, and why none of them can be ours.
pub(crate) const NOT_OURS: &[(&str, &str)] = &[
    (
        "CVE-2026-65600 GHSA-cxjq-mrr5-89rv CVE-2026-67309 GHSA-8rxv-jg7p-wvg3",
        "no route rewrites a path: what was judged is sent on as it came",
    ),
    (
        "CVE-2024-23324 CVE-2026-47692",
        "the PROXY protocol stands with the transport's own tests",
    ),
    (
        "CVE-2023-44487 CVE-2023-39325 RUSTSEC-2023-0034 CVE-2023-26964 RUSTSEC-2024-0003 RUSTSEC-2024-0332 CVE-2024-27316 RUSTSEC-2026-0258 CVE-2025-8671 RUSTSEC-2025-0070 CVE-2026-47774 CVE-2026-49975",
        "floods of HTTP/2 frames stand with the transport's own tests",
    ),
    (
        "CVE-2023-43669 RUSTSEC-2023-0065 CVE-2022-35922 RUSTSEC-2022-0035 CVE-2020-27813",
        "tunnels are copied: no WebSocket frame is read here",
    ),
    (
        "CVE-2021-29652 GHSA-fv82-r8qv-ch4v",
        "no address of ours carries a signature that somebody could forget to check",
    ),
    (
        "CVE-2024-29891 GHSA-hr5w-cwwq-2v4m",
        "nothing is uploaded: assets are compiled in or the operator's files",
    ),
    (
        "RUSTSEC-2017-0005 RUSTSEC-2026-0009 CVE-2026-25727",
        "no date and no duration of a client is parsed",
    ),
    (
        "RUSTSEC-2026-0035 CVE-2026-2836",
        "no answer of an app is cached",
    ),
    (
        "CVE-2026-41181 GHSA-p6hg-qh38-555r",
        "no request of a client is sent to a service for error pages",
    ),
    (
        "RUSTSEC-2023-0071",
        "RSA is aws-lc's, and nothing is signed with it here but assertions of the client's own key",
    ),
    (
        "CVE-2026-50149 GHSA-g3xr-5w5j-w4q4",
        "no rule depends on the server name of the TLS handshake",
    ),
    (
        "CVE-2026-40574 GHSA-c5c4-8r6x-56w3",
        "nobody is let in by the domain of an address",
    ),
    (
        "CVE-2026-47203 GHSA-hjj4-hfjm-fmrj",
        "people are their issuer's `sub`, compared octet by octet; no name is a key",
    ),
    (
        "CVE-2026-24470 GHSA-mxxc-p822-2hx9",
        "upstreams are the operator's alone",
    ),
    (
        "RUSTSEC-2024-0336 RUSTSEC-2024-0399",
        "fixed in every rustls that the lock file could hold",
    ),
    (
        "RUSTSEC-2024-0421 CVE-2024-12224",
        "a host is compared as the octets that it came in; none is translated",
    ),
];
