package dev.symbolon.store;

import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/// How the pages of the tenants look.
public final class Brandings {
    private final Database db;

    public Brandings(Database db) {
        this.db = db;
    }

    /// How the pages of a tenant look; [Branding#NONE] when nobody has said.
    public Branding find(TenantId tenant) {
        return db.read(handle -> handle.createQuery("SELECT look FROM branding WHERE tenant_id = :tenant")
                        .bind("tenant", tenant.value())
                        .mapTo(String.class)
                        .findOne())
                .map(look -> Branding.of(Columns.map(look)))
                .orElse(Branding.NONE);
    }

    /// A logo as it is served.
    public record StoredLogo(Branding.Format format, byte[] bytes) {}

    /// The logo of that hash; empty when it is not, or not any more, the tenant's.
    public Optional<StoredLogo> logo(TenantId tenant, String hash) {
        record Row(Optional<Branding.Logo> logo, Optional<String> base64) {}
        return db.read(handle -> handle.createQuery("SELECT look, logo FROM branding WHERE tenant_id = :tenant")
                        .bind("tenant", tenant.value())
                        .map((row, context) -> new Row(
                                Branding.of(Columns.map(row.getString("look"))).logo(), Columns.maybeText(row, "logo")))
                        .findOne())
                .flatMap(row -> row.logo()
                        .filter(logo -> logo.hash().equals(hash))
                        .flatMap(logo -> row.base64()
                                .map(base64 -> new StoredLogo(
                                        logo.format(), Base64.getDecoder().decode(base64)))));
    }

    /// Makes the pages look so, if they look as the caller believes. A logo that stays needs no bytes.
    ///
    /// @param logo the bytes of a logo that is new
    /// @return false when somebody was faster; nothing is changed then
    public boolean replace(TenantId tenant, Branding before, Branding after, Optional<byte[]> logo, Instant now) {
        if (after.equals(before) && logo.isEmpty()) {
            return true;
        }
        return db.write(handle -> {
            var stays = logo.isEmpty() && before.logo().equals(after.logo());
            var changed = handle.createUpdate("""
                            INSERT INTO branding (tenant_id, look, updated_at, logo)
                            VALUES (:tenant, :look, :now, :logo)
                            ON CONFLICT (tenant_id) DO UPDATE SET look = :look, updated_at = :now,
                                logo = CASE WHEN :stays = 1 THEN branding.logo ELSE :logo END
                            WHERE branding.look = :before""")
                    .bind("tenant", tenant.value())
                    .bind("look", Columns.map(after.values()))
                    .bind("before", Columns.map(before.values()))
                    .bind("stays", stays ? 1L : 0L)
                    .bind("logo", logo.map(Base64.getEncoder()::encodeToString).orElse(null))
                    .bind("now", now.toEpochMilli())
                    .execute();
            if (changed == 1) {
                Events.happened("branding.updated", tenant, now)
                        .with("changed", changed(before, after))
                        .write(handle, db);
            }
            return changed == 1;
        });
    }

    private static String changed(Branding before, Branding after) {
        var were = before.values();
        var are = after.values();
        var names = new TreeSet<>(were.keySet());
        names.addAll(are.keySet());
        names.removeIf(name -> Objects.equals(were.get(name), are.get(name)));
        return String.join(" ", names);
    }
}
