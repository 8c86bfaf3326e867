package dev.symbolon.oauth;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.regex.Pattern;

/// A list of scope values (RFC 6749 §3.3), each once, in the order in which they were asked for.
public record Scope(SequencedSet<String> values) {
    /// Nobody needs more than this; what is longer is refused before it is split.
    public static final int MAX_CHARACTERS = 2_000;

    /// What an authorization request without `scope` asks for: the SDK may send none.
    public static final Scope DEFAULT = new Scope(new LinkedHashSet<>(List.of("openid", "profile", "email")));

    /// The values that OpenID Connect Core §5.4 and §11 define; no API can declare them as its own.
    public static final Set<String> ABOUT_PEOPLE =
            Set.of("openid", "profile", "email", "address", "phone", "offline_access");

    /// No scope at all.
    public static final Scope EMPTY = new Scope(new LinkedHashSet<>());

    private static final Pattern TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    /// Keeps a copy that nobody can change.
    public Scope {
        values = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(values));
    }

    /// The values in the order given.
    public static Scope of(Collection<String> values) {
        return new Scope(new LinkedHashSet<>(values));
    }

    /// @throws OAuthException `invalid_scope` when a value has a character that RFC 6749 §3.3 does not allow
    public static Scope parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new OAuthException(
                    OAuthError.INVALID_SCOPE, "scope has more than " + MAX_CHARACTERS + " characters.");
        }
        var values = new LinkedHashSet<String>();
        for (var token : text.split(" ")) {
            if (token.isEmpty()) {
                continue;
            }
            if (!TOKEN.matcher(token).matches()) {
                throw new OAuthException(
                        OAuthError.INVALID_SCOPE,
                        "A word of scope has a character that RFC 6749 section 3.3 does not allow.");
            }
            values.add(token);
        }
        return new Scope(values);
    }

    /// Values that were parsed when they were written; together they may be longer than one request.
    public static Scope stored(String text) {
        return text.isEmpty() ? EMPTY : of(List.of(text.split(" ")));
    }

    /// Whether it can be a value of scope (RFC 6749 §3.3).
    public static boolean isWord(String text) {
        return TOKEN.matcher(text).matches();
    }

    /// Whether the value is among them.
    public boolean has(String value) {
        return values.contains(value);
    }

    /// Whether every value of the other is among these.
    public boolean covers(Scope other) {
        return values.containsAll(other.values);
    }

    /// The values that are also in the other set, in this order.
    public Scope within(Set<String> allowed) {
        var kept = new LinkedHashSet<>(values);
        kept.retainAll(allowed);
        return new Scope(kept);
    }

    /// Both together: these first.
    public Scope and(Scope other) {
        var all = new LinkedHashSet<>(values);
        all.addAll(other.values);
        return new Scope(all);
    }

    /// The wire form: the values with single spaces.
    @Override
    public String toString() {
        return String.join(" ", values);
    }
}
