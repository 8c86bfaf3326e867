package dev.symbolon.token;

import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.RefreshToken;
import dev.symbolon.oauth.Scope;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Grants.LiveGrant;
import dev.symbolon.store.Grants.Rotation;
import dev.symbolon.store.Tallies;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.Map;
import java.util.Optional;

/// `grant_type=refresh_token` (RFC 6749 §6) with rotation (RFC 9700 §4.14.2). The token before the current one
/// still gets the current one for a short while, so a lost answer or a second tab never signs a good user out.
///
/// The common case asks the store once, which spends the token and shows what the new ones are made of. When it wrote
/// nothing, or the request names a scope, the grant is read before anything is spent, and says what is wrong.
final class RefreshTokenGrant {
    private final Grants grants;
    private final Tallies tallies;

    RefreshTokenGrant(Grants grants, Tallies tallies) {
        this.grants = grants;
        this.tallies = tallies;
    }

    /// @throws OAuthException `invalid_grant` when the token is not honoured (any more); `invalid_scope` when
    ///     more is asked for than was granted, `invalid_target` when its API is gone, and then nothing changes
    Map<String, Object> refresh(Call call, Client client, Form form) {
        var text = form.get("refresh_token")
                .orElseThrow(() -> new OAuthException(OAuthError.INVALID_REQUEST, "refresh_token is missing."));
        var token = RefreshTokens.read(call.host().sealer(), text)
                .orElseThrow(() -> refused("The refresh token is not one of this issuer."));
        var refreshed = asksForAll(form) ? refreshed(call, client, token) : Optional.<LiveGrant>empty();
        if (refreshed.isPresent()) {
            var minted = minted(
                    call, client, refreshed.get(), refreshed.get().grant().scope());
            tallies.count(call.host().id(), Tallies.TOKEN_REFRESHED, call.now());
            return minted.response(token.generation() + 1);
        }
        var live = grants.live(call.host().id(), token.grant(), call.now())
                .filter(found -> found.grant().client().equals(client.id()))
                .orElseThrow(() -> refused("The refresh token is not honoured (any more) for this client."));
        var asked = scope(live, form);
        // A token that was spent long ago costs no signature.
        var isRecent = token.generation() == live.generation() || token.generation() == live.generation() - 1;
        if (!isRecent) {
            rotate(call, client, token);
            throw replayed();
        }
        var minted = minted(call, client, live, asked);
        return switch (rotate(call, client, token)) {
            case Rotation.Rotated(var generation) -> {
                tallies.count(call.host().id(), Tallies.TOKEN_REFRESHED, call.now());
                yield minted.response(generation);
            }
            case Rotation.SameSuccessor(var generation) -> minted.response(generation);
            case Rotation.Replayed _ -> throw replayed();
            case Rotation.Dead _ -> throw refused("The refresh token is not honoured any more.");
        };
    }

    private static boolean asksForAll(Form form) {
        return form.get("scope").filter(text -> !text.isBlank()).isEmpty();
    }

    private Optional<LiveGrant> refreshed(Call call, Client client, RefreshToken token) {
        return grants.refresh(
                call.host().id(),
                token.grant(),
                client.id(),
                token.generation(),
                client.metadata().lifetimes().refreshIdle(),
                call.now());
    }

    private TokenMint.Minted minted(Call call, Client client, LiveGrant live, Scope asked) {
        var resource = GrantedResource.of(call.host(), live);
        // What the client may have can have been narrowed since.
        var scope = ProtectedResource.grantable(client, resource, asked);
        return TokenMint.mint(
                new TokenMint.Order(call.host(), client, live.grant(), live.account(), scope, resource, call.now()));
    }

    private Rotation rotate(Call call, Client client, RefreshToken token) {
        var lifetimes = client.metadata().lifetimes();
        return grants.rotate(
                call.host().id(),
                token.grant(),
                token.generation(),
                lifetimes.reuseLeeway(),
                lifetimes.refreshIdle(),
                call.now());
    }

    private static Scope scope(LiveGrant live, Form form) {
        var granted = live.grant().scope();
        var asked = asksForAll(form) ? granted : Scope.parse(form.get("scope").orElseThrow());
        if (!granted.covers(asked)) {
            throw new OAuthException(
                    OAuthError.INVALID_SCOPE, "scope asks for more than was granted (RFC 6749 section 6).");
        }
        return asked;
    }

    private static OAuthException replayed() {
        return refused("The refresh token was used before; the grant has been revoked.");
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_GRANT, sentence);
    }
}
