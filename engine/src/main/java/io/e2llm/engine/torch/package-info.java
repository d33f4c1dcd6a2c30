/** TorchScript sources packed, loaded and run on libtorch. */
@NullMarked
package io.e2llm.engine.torch;

import org.jspecify.annotations.NullMarked;
