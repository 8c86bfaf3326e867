package dev.symbolon.crypto;

import com.nimbusds.jose.JWSObject;
import dev.symbolon.crypto.VerifiedTokens.Verified;
import dev.symbolon.oauth.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The signing keys of a tenant as they are at one moment: the ones that sign, the next ones, and the last ones,
/// which are published until their last token is dead.
public final class KeyRing {
    /// Longer than any token of ours; what is longer is not looked at.
    private static final int TOKEN_MAX_CHARACTERS = 16_384;

    /// A key and the instant from which it signs.
    public record Entry(SigningKey key, Instant signsFrom) {}

    private final List<Entry> entries;
    private final Map<String, SigningKey> byKid;
    private final byte[] jwks;
    private final VerifiedTokens verified;

    /// @param entries all keys that are published
    /// @param verified what other rings of this server have verified, of any tenant
    public KeyRing(List<Entry> entries, VerifiedTokens verified) {
        this.verified = verified;
        this.entries = entries.stream()
                .sorted(Comparator.comparing(Entry::signsFrom).reversed())
                .toList();
        this.byKid = entries.stream()
                .map(Entry::key)
                .collect(Collectors.toUnmodifiableMap(SigningKey::kid, Function.identity()));
        this.jwks = this.entries.stream()
                .map(entry -> entry.key().publicJwk())
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The key that signs now with this algorithm. On a clock that was set back to before the first key signed,
    /// the first one does: it is published, and without it nobody could sign in until the clock is there again.
    public SigningKey signer(SigningAlgorithm algorithm, Instant now) {
        var ours = entries.stream()
                .filter(entry -> entry.key().algorithm() == algorithm)
                .toList();
        if (ours.isEmpty()) {
            throw new IllegalStateException("This tenant has no " + algorithm.wire() + " key.");
        }
        return ours.stream()
                .filter(entry -> !entry.signsFrom().isAfter(now))
                .findFirst()
                .orElseGet(ours::getLast)
                .key();
    }

    /// The public keys as a JWK set (RFC 7517 §5), in UTF-8.
    public byte[] jwks() {
        return jwks.clone();
    }

    /// Reads a token that one of these keys signed with its own algorithm. Nothing in the token's header is
    /// followed (`jku`, `x5u`, `jwk` …); `kid` is only looked up among these. Empty for anything else.
    public Optional<Jwt> verify(String token) {
        if (token.length() > TOKEN_MAX_CHARACTERS || !isCompact(token)) {
            return Optional.empty();
        }
        if (token.length() > VerifiedTokens.CHARACTERS_MAX) {
            return verifiedNow(token).map(Verified::jwt);
        }
        var digest = VerifiedTokens.digest(token);
        var before = verified.find(digest).filter(one -> byKid.containsKey(one.kid()));
        if (before.isPresent()) {
            return before.map(Verified::jwt);
        }
        var now = verifiedNow(token);
        now.ifPresent(one -> verified.add(digest, one));
        return now.map(Verified::jwt);
    }

    // Others will read it too.
    private static Map<String, Object> frozen(Map<String, Object> claims) {
        claims.replaceAll((_, value) -> frozen(value));
        return Collections.unmodifiableMap(claims);
    }

    @SuppressWarnings("unchecked") // JSON has no other names
    private static Object frozen(Object value) {
        return switch (value) {
            case Map<?, ?> map -> frozen((Map<String, Object>) map);
            case List<?> list -> list.stream().map(KeyRing::frozen).toList();
            case null, default -> value;
        };
    }

    private Optional<Verified> verifiedNow(String token) {
        try {
            var jws = JWSObject.parse(token);
            var kid = jws.getHeader().getKeyID();
            var key = kid == null ? null : byKid.get(kid);
            if (key == null || !key.verifies(jws)) {
                return Optional.empty();
            }
            var type = jws.getHeader().getType();
            Map<String, Object> claims = jws.getPayload().toJSONObject();
            if (claims == null || claims.isEmpty()) {
                return Optional.empty();
            }
            var jwt = new Jwt(type == null ? "" : type.getType(), frozen(claims));
            return Optional.of(new Verified(kid, jwt));
        } catch (ParseException | IllegalStateException _) {
            return Optional.empty();
        }
    }

    // RFC 7515 §3.1 and §7.1: three parts of base64url and nothing around them; the JOSE library is more lenient.
    // A regular expression took a third of a call of userinfo.
    private static boolean isCompact(String token) {
        var parts = 1;
        var length = 0;
        for (var i = 0; i < token.length(); i++) {
            var c = token.charAt(i);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
                length++;
            } else if (c == '.' && length > 0) {
                parts++;
                length = 0;
            } else {
                return false;
            }
        }
        return parts == 3 && length > 0;
    }
}
