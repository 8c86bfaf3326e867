package dev.symbolon.dashboard;

import dev.symbolon.dashboard.Dashboard.Stores;
import dev.symbolon.page.templates.desk.JtehomeGenerated;
import dev.symbolon.store.Refusals.Refusal;
import dev.symbolon.web.Answer;
import java.util.List;

/// What an operator sees first.
public final class Home {
    private static final int LATEST = 5;

    private final Stores stores;

    Home(Stores stores) {
        this.stores = stores;
    }

    /// The page.
    public record View(long clients, List<Refusal> refusals) {}

    Answer show(Desk desk) {
        var tenant = desk.call().host().id();
        var clients = stores.clients().list(tenant, java.util.Optional.empty(), 100).stream()
                .filter(client -> !client.id().equals(Door.CLIENT))
                .count();
        var view = new View(clients, stores.refusals().list(tenant, LATEST));
        var frame = desk.frame();
        return desk.show(out -> JtehomeGenerated.render(out, null, frame, view));
    }
}
