package io.e2llm.decoder.prefix;

/**
 * What every key begins with. Prefixes are shared only within one.
 *
 * @param tenant whose prompts they are
 * @param decoder identity of the decoder, its precision included
 * @param bundleDigest the adapter bundle's; empty without one
 */
public record PrefixRoot(String tenant, String decoder, String bundleDigest) {}
