/** The tiers behind the gateway: what they are, which processes answer, who gets which work. */
@NullMarked
package io.e2llm.gateway.tiers;

import org.jspecify.annotations.NullMarked;
