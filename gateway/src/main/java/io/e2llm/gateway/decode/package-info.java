/** One generation on the decoder tier, resumed elsewhere when its decoder is lost. */
@NullMarked
package io.e2llm.gateway.decode;

import org.jspecify.annotations.NullMarked;
