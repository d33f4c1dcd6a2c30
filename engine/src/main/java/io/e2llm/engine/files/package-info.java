/** A model's files on disk, whatever their format. */
@NullMarked
package io.e2llm.engine.files;

import org.jspecify.annotations.NullMarked;
