package dev.symbolon.dashboard;

import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.page.templates.desk.JtekeysGenerated;
import dev.symbolon.page.templates.desk.JteoperatorsGenerated;
import dev.symbolon.page.templates.desk.JtetenantsGenerated;
import dev.symbolon.store.Operators;
import dev.symbolon.store.Operators.Operator;
import dev.symbolon.store.SigningKeys.StoredKey;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Route;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What only few may touch: the keys that sign, the operators, and the tenants of the installation.
public final class OwnerRooms {
    private static final int TENANT_NAME_MAX_CHARACTERS = 100;

    private final Dashboard dashboard;

    OwnerRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    void routes(Map<String, Route> routes) {
        routes.put("/dashboard/keys", dashboard.look(Room.KEYS, desk -> showKeys(desk, Optional.empty())));
        routes.put("/dashboard/keys/change", dashboard.fresh(Room.KEYS, Permission.WRITE_KEYS, this::keys));
        routes.put(
                "/dashboard/operators", dashboard.look(Room.OPERATORS, desk -> showOperators(desk, Optional.empty())));
        routes.put(
                "/dashboard/operators/change",
                dashboard.fresh(Room.OPERATORS, Permission.WRITE_OPERATORS, this::operators));
        routes.put("/dashboard/tenants", dashboard.look(Room.TENANTS, desk -> showTenants(desk, Optional.empty())));
        routes.put("/dashboard/tenants/change", dashboard.fresh(Room.TENANTS, Permission.WRITE_TENANTS, this::tenants));
    }

    /// A key as it is now.
    public record KeyLine(StoredKey key, String state) {}

    /// The keys.
    ///
    /// @param isOpen whether the operator has just signed in, so that the buttons are there
    public record Keys(List<KeyLine> keys, List<String> algorithms, boolean isOpen, Optional<String> error) {}

    private Answer showKeys(Desk desk, Optional<String> error) {
        return showKeys(desk, false, error);
    }

    private Answer showKeys(Desk desk, boolean isOpen, Optional<String> error) {
        var now = desk.call().now();
        var lines = dashboard.means().signingKeys().list(desk.call().host().id(), now).stream()
                .map(key -> new KeyLine(key, state(key, now)))
                .toList();
        var algorithms = Arrays.stream(SigningAlgorithm.values())
                .map(SigningAlgorithm::wire)
                .toList();
        var view = new Keys(lines, algorithms, isOpen, error);
        var frame = desk.frame();
        return desk.show(out -> JtekeysGenerated.render(out, null, frame, view));
    }

    private static String state(StoredKey key, Instant now) {
        if (key.signsFrom().isAfter(now)) {
            return "next";
        }
        return key.retiredAt().filter(at -> !at.isAfter(now)).isPresent() ? "retired" : "signs";
    }

    private Answer keys(Desk desk) {
        if (!desk.call().isPost()) {
            return showKeys(desk, true, Optional.empty());
        }
        return desk.attempt(
                () -> {
                    changeKeys(desk);
                    return desk.to(Room.KEYS.path(), Said.SAVED);
                },
                sentence -> showKeys(desk, true, Optional.of(sentence)));
    }

    private void changeKeys(Desk desk) {
        var tenant = desk.call().host().id();
        var withdrawn = desk.form().get("withdraw");
        if (withdrawn.isPresent()) {
            switch (dashboard
                    .means()
                    .signingKeys()
                    .withdraw(tenant, withdrawn.get(), desk.call().now())) {
                case WITHDRAWN -> {}
                case UNKNOWN -> throw refused("There is no such key any more.");
                case STILL_NEEDED ->
                    throw refused(
                            "It is the only key of its algorithm that signs: make the next one sign at once first.");
            }
            return;
        }
        var wire = desk.form().text("algorithm");
        var algorithm = SigningAlgorithm.of(wire).orElseThrow(() -> refused("Choose an algorithm."));
        dashboard
                .means()
                .hosts()
                .rotateNow(tenant, algorithm, desk.form().get("now").isPresent());
    }

    /// The operators.
    public record Team(
            List<Operator> operators,
            List<String> roles,
            String self,
            String typed,
            boolean isOpen,
            Optional<String> error) {}

    private Answer showOperators(Desk desk, Optional<String> error) {
        return showOperators(desk, false, error);
    }

    private Answer showOperators(Desk desk, boolean isOpen, Optional<String> error) {
        var roles = Arrays.stream(Role.values()).map(Role::wire).toList();
        var view = new Team(
                dashboard.stores().operators().list(desk.call().host().id()),
                roles,
                desk.account().subject().value(),
                desk.form().text("email"),
                isOpen,
                error);
        var frame = desk.frame();
        return desk.show(out -> JteoperatorsGenerated.render(out, null, frame, view));
    }

    private Answer operators(Desk desk) {
        if (!desk.call().isPost()) {
            return showOperators(desk, true, Optional.empty());
        }
        return desk.attempt(
                () -> {
                    changeOperators(desk);
                    return desk.to(Room.OPERATORS.path(), Said.SAVED);
                },
                sentence -> showOperators(desk, true, Optional.of(sentence)));
    }

    private void changeOperators(Desk desk) {
        var tenant = desk.call().host().id();
        var form = desk.form();
        var subject = form.get("sub")
                .map(Subject::new)
                .orElseGet(() -> dashboard
                        .stores()
                        .accounts()
                        .byEmail(tenant, form.text("email"))
                        .map(known -> known.account().subject())
                        .orElseThrow(
                                () -> refused("Nobody of this tenant has that e-mail. Add them under People first.")));
        var store = dashboard.stores().operators();
        var outcome = form.text("action").equals("remove")
                ? store.remove(tenant, subject, desk.call().now())
                : store.put(
                        tenant,
                        subject,
                        Role.of(form.text("role")).orElseThrow(() -> refused("Choose a role.")),
                        desk.call().now());
        if (outcome == Operators.Change.LAST_OWNER) {
            throw refused("They are the last owner. Make somebody else an owner first.");
        }
        if (outcome == Operators.Change.NOBODY) {
            throw refused("They are no operator, or were removed meanwhile.");
        }
    }

    /// The tenants.
    public record Houses(
            List<Tenant> tenants,
            String id,
            String issuer,
            String name,
            boolean isOpen,
            Optional<String> link,
            Optional<String> error) {}

    private boolean isFirst(Desk desk) {
        return dashboard
                .means()
                .tenants()
                .first()
                .filter(desk.call().host().id()::equals)
                .isPresent();
    }

    private Answer showTenants(Desk desk, Optional<String> error) {
        return showTenants(desk, false, Optional.empty(), error);
    }

    private Answer showTenants(Desk desk, boolean isOpen, Optional<String> link, Optional<String> error) {
        // Another tenant's operators do not learn who else is here.
        var tenants = isFirst(desk)
                ? dashboard.means().tenants().list()
                : List.of(desk.call().host().tenant());
        var form = desk.form();
        var view = new Houses(
                tenants, form.text("id"), form.text("issuer"), form.text("name"), isOpen && isFirst(desk), link, error);
        var frame = desk.frame();
        return desk.show(out -> JtetenantsGenerated.render(out, null, frame, view));
    }

    private Answer tenants(Desk desk) {
        if (!isFirst(desk)) {
            return desk.trouble(
                    403,
                    "Not from this tenant",
                    "Tenants are made by the owners of the one that was there first.",
                    Optional.of(Room.TENANTS.path()));
        }
        if (!desk.call().isPost()) {
            return showTenants(desk, true, Optional.empty(), Optional.empty());
        }
        return desk.attempt(
                () -> showTenants(desk, true, Optional.of(made(desk)), Optional.empty()),
                sentence -> showTenants(desk, true, Optional.empty(), Optional.of(sentence)));
    }

    private String made(Desk desk) {
        var form = desk.form();
        var name = form.text("name").strip();
        if (name.isEmpty() || name.length() > TENANT_NAME_MAX_CHARACTERS) {
            throw refused("A tenant's name has 1 to " + TENANT_NAME_MAX_CHARACTERS + " characters.");
        }
        try {
            var tenant = new Tenant(
                    new TenantId(form.text("id").strip()),
                    new Issuer(form.text("issuer").strip()),
                    name);
            if (!dashboard.means().hosts().add(tenant)) {
                throw refused("There is a tenant of that id or at that host already.");
            }
            var host = dashboard.means().hosts().find(tenant.id()).orElseThrow();
            return Setup.link(host, desk.call().now());
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
