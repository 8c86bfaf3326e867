package dev.symbolon.dashboard;

import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.page.templates.desk.JteeventsGenerated;
import dev.symbolon.page.templates.desk.JtesessionsGenerated;
import dev.symbolon.store.Events;
import dev.symbolon.store.Events.Event;
import dev.symbolon.store.Events.Wanted;
import dev.symbolon.store.Sessions.Listed;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;
import dev.symbolon.web.Route;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What happened, and who is here: the audit trail and the sessions of a tenant.
public final class TrailRooms {
    private static final int PAGE = 50;
    private static final int EXPORT_MAX = 20_000;
    private static final int SUBJECT_MAX_CHARACTERS = 255;

    private final Dashboard dashboard;

    TrailRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    void routes(Map<String, Route> routes) {
        routes.put("/dashboard/events", dashboard.look(Room.EVENTS, this::events));
        routes.put("/dashboard/events.csv", dashboard.look(Room.EVENTS, this::csv));
        routes.put("/dashboard/events.jsonl", dashboard.look(Room.EVENTS, this::json));
        routes.put("/dashboard/sessions", dashboard.sheet(Room.SESSIONS, Permission.WRITE_SESSIONS, this::sessions));
    }

    /// A page of the trail.
    ///
    /// @param kinds what can be chosen
    /// @param isTail whether it is the newest page, which is asked for again and again
    public record Trail(
            List<Event> events, List<String> kinds, String kind, String subject, boolean isTail, Optional<Long> next) {
        /// The address of this choice.
        public String href(String path) {
            return path + "?kind=" + Form.encode(kind) + "&sub=" + Form.encode(subject);
        }

        /// The address of the next page.
        public String nextHref() {
            return href("/dashboard/events") + "&before="
                    + next.map(String::valueOf).orElse("");
        }
    }

    private Answer events(Desk desk) {
        var found = dashboard.stores().events().search(desk.call().host().id(), wanted(desk), PAGE + 1);
        var query = desk.call().query();
        var next = found.size() > PAGE ? Optional.of(found.get(PAGE - 1).seq()) : Optional.<Long>empty();
        var view = new Trail(
                found.stream().limit(PAGE).toList(),
                Events.KINDS,
                query.text("kind"),
                query.text("sub"),
                query.get("before").isEmpty(),
                next);
        var frame = desk.frame();
        return desk.show(out -> JteeventsGenerated.render(out, null, frame, view));
    }

    private static Wanted wanted(Desk desk) {
        var query = desk.call().query();
        return new Wanted(
                query.get("kind").filter(Events.KINDS::contains),
                query.get("sub")
                        .map(String::strip)
                        .filter(sub -> sub.length() <= SUBJECT_MAX_CHARACTERS)
                        .map(Subject::new),
                number(query.text("before")));
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private Answer csv(Desk desk) {
        var text = new StringBuilder("seq,at,kind,actor,subject,client_id,session,grant,detail\n");
        for (var event : exported(desk)) {
            var cells = List.of(
                    Long.toString(event.seq()),
                    event.at().toString(),
                    event.kind(),
                    event.actor().orElse(""),
                    event.subject().map(Subject::value).orElse(""),
                    event.client().map(Object::toString).orElse(""),
                    event.session().map(SessionId::value).orElse(""),
                    event.grant().map(Object::toString).orElse(""),
                    event.detail().entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .collect(Collectors.joining(" ")));
            text.append(cells.stream().map(TrailRooms::cell).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return file("text/csv; charset=utf-8", "events.csv", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// XS-06: a spreadsheet takes nothing that a stranger wrote for a formula.
    static String cell(String text) {
        var first = text.isEmpty() ? ' ' : text.charAt(0);
        var inert = "=+-@\t\r".indexOf(first) >= 0 ? "'" + text : text;
        return '"' + inert.replace("\"", "\"\"") + '"';
    }

    private Answer json(Desk desk) {
        var out = new ByteArrayOutputStream();
        for (var event : exported(desk)) {
            out.writeBytes(Json.write(fields(event)));
            out.write('\n');
        }
        return file("application/jsonl; charset=utf-8", "events.jsonl", out.toByteArray());
    }

    /// An event in fields.
    static Map<String, Object> fields(Event event) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("seq", event.seq());
        fields.put("at", event.at().toString());
        fields.put("kind", event.kind());
        event.subject().ifPresent(subject -> fields.put("sub", subject.value()));
        event.client().ifPresent(client -> fields.put("client_id", client.value()));
        event.session().ifPresent(session -> fields.put("session", session.value()));
        event.grant().ifPresent(grant -> fields.put("grant", grant.value()));
        event.actor().ifPresent(actor -> fields.put("actor", actor));
        fields.put("detail", event.detail());
        return fields;
    }

    private List<Event> exported(Desk desk) {
        return dashboard.stores().events().search(desk.call().host().id(), wanted(desk), EXPORT_MAX);
    }

    private static Answer file(String type, String name, byte[] body) {
        return new Answer(200, List.of(), body)
                .with("Content-Type", type)
                .with("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .with("Cache-Control", "no-store");
    }

    /// A page of sessions.
    ///
    /// @param next where the next page begins
    public record Here(List<Listed> sessions, Optional<Long> next) {}

    private Answer sessions(Desk desk) {
        if (desk.call().isPost()) {
            var id = new SessionId(desk.form().text("session"));
            dashboard
                    .stores()
                    .sessions()
                    .end(desk.call().host().id(), id, desk.call().now());
            return desk.to(Room.SESSIONS.path(), Said.ENDED);
        }
        var before = number(desk.call().query().text("before"))
                .filter(millis -> Math.abs(millis) < Long.MAX_VALUE / 4)
                .map(Instant::ofEpochMilli);
        var page = dashboard.means().sessions().list(desk.call(), before, PAGE);
        var view = new Here(page.sessions(), page.next().map(Instant::toEpochMilli));
        var frame = desk.frame();
        return desk.show(out -> JtesessionsGenerated.render(out, null, frame, view));
    }
}
