/** The tiers: reached over the network, or run within this process. */
@NullMarked
package io.e2llm.cli.tiers;

import org.jspecify.annotations.NullMarked;
