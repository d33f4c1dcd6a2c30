/** Documents over HTTP. */
@NullMarked
package io.e2llm.gateway.http.documents;

import org.jspecify.annotations.NullMarked;
