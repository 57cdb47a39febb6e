//! Maps for what every request looks up.

use std::collections::HashMap;

/// A map with a quick hash, seeded at random once a process. For keys that nobody outside can put into it: configuration,
/// what we sealed or signed ourselves, an issuer's key names. Those of strangers want the standard library's hash.
pub(crate) type QuickMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;
