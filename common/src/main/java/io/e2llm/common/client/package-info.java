/** How a tier reaches another: endpoints resolved anew, one channel each. */
@NullMarked
package io.e2llm.common.client;

import org.jspecify.annotations.NullMarked;
