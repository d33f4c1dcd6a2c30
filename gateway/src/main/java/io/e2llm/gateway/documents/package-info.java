/** Documents that are kept, so that their text need not be sent with every question. */
@NullMarked
package io.e2llm.gateway.documents;

import org.jspecify.annotations.NullMarked;
