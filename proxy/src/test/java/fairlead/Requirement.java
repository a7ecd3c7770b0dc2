package fairlead;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A rule of a standard that a test proves: a row of {@code docs/conformance/http2.md}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Requirement.List.class)
public @interface Requirement {
  /** The standard and its section, as {@code 9113 §6.1}. */
  String rfc();

  /** What it asks for, in our words. */
  String says();

  /** Several rules of one test. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface List {
    Requirement[] value();
  }
}
