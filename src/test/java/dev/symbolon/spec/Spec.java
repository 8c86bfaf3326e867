package dev.symbolon.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Which clause of which standard a test shows to be kept, for example `RFC 7636 §4.6`. `docs/standards.md` is
/// made of these.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Spec {
    String[] value();
}
