package dev.symbolon.tenant;

import dev.symbolon.store.Brandings;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.util.List;

/// `GET /branding/{hash}`: the logo of a tenant, at an address that changes with it.
public final class LogoEndpoint {
    /// A drawing may hold a script. Opened by itself it runs none and loads nothing; as a picture in a page it
    /// never would.
    public static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    private final Brandings brandings;

    public LogoEndpoint(Brandings brandings) {
        this.brandings = brandings;
    }

    /// The logo, while it is the tenant's.
    public Answer answer(Call call) {
        // Asked of the store: what this node remembers may be a second older than the page that leads here.
        return brandings
                .logo(call.host().id(), call.pathValue("hash"))
                .map(logo -> new Answer(200, List.of(), logo.bytes())
                        .with("Content-Type", logo.format().mediaType())
                        .with("Cache-Control", "public, max-age=31536000, immutable")
                        .with("Content-Security-Policy", POLICY))
                .orElseGet(() -> Answer.plain(404, "There is no such logo."));
    }
}
