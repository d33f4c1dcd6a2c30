/** What the gateway knows of the tiers behind it. */
@NullMarked
package io.e2llm.gateway.tiers;

import org.jspecify.annotations.NullMarked;
