package dev.symbolon.client;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.web.Call;

/// Who may do in its own pages what others send people to `/authorize` for: the operator's own applications,
/// from pages of their own. A form can be posted from anywhere without being asked beforehand (Fetch §3.2), so
/// what a page could not read must not happen either.
public final class FirstParty {
    private FirstParty() {}

    /// The client, if it may.
    ///
    /// @throws OAuthException `unauthorized_client` for somebody else's application, `access_denied` for a page of
    ///     another origin
    public static Client require(Call call, Client client) {
        if (!client.metadata().firstParty()) {
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT,
                    "Only a first-party application may do this itself; send the person to /authorize.");
        }
        if (call.header("origin").filter(origin -> !client.allowsOrigin(origin)).isPresent()) {
            throw new OAuthException(
                    OAuthError.ACCESS_DENIED,
                    "The origin of this page is neither that of a callback URL nor a web origin of the client.");
        }
        return client;
    }
}
