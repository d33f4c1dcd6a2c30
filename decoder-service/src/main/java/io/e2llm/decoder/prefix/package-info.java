/**
 * Keeps what generations have read, so that others which begin the same need not read it again.
 *
 * <p>{@link io.e2llm.decoder.prefix.PrefixCache} is the way in. Behind it, a radix tree over
 * position keys ({@link io.e2llm.decoder.prefix.PrefixTree}) whose nodes are spans of sequences'
 * KV, and the record of who holds which sequence ({@link io.e2llm.decoder.prefix.KvSegments}). All
 * of it belongs to the decoder's compute thread.
 */
@NullMarked
package io.e2llm.decoder.prefix;

import org.jspecify.annotations.NullMarked;
