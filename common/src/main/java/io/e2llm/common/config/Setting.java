package io.e2llm.common.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a configuration record. Its key is its name in kebab-case behind the keys of the
 * records it stands in: {@code listen.max-message}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD})
public @interface Setting {
  /** The default as one would write it; {@link #REQUIRED} when there is none. */
  String value() default "";

  /** One sentence for the reference page; for a nested record, its heading. */
  String doc();

  /** For a nested record: other defaults of its components, each {@code key=value}. */
  String[] defaults() default {};

  /** A default that says: there is none, the setting must be given. */
  String REQUIRED = "\0required";
}
