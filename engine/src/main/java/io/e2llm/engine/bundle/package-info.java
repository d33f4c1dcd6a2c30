/**
 * Adapter bundles: what joins one encoder to one decoder.
 *
 * <p>A bundle is a folder of {@code adapter.json} ({@link io.e2llm.engine.bundle.BundleSpec} tells
 * its fields) and {@code adapter.safetensors} ({@link io.e2llm.engine.bundle.BundleTensors} tells
 * its tensors). What precedes the soft prompt (layers, pooling) runs in the encoder, the adapter in
 * the decoder.
 */
@NullMarked
package io.e2llm.engine.bundle;

import org.jspecify.annotations.NullMarked;
