/** Tensors on the wire, checked before anything is allocated. */
@NullMarked
package io.e2llm.common.tensor;

import org.jspecify.annotations.NullMarked;
