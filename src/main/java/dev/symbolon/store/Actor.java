package dev.symbolon.store;

import java.util.Optional;
import java.util.function.Supplier;

/// Who does something, for the audit trail: `operator:<sub>`, `client:<client_id>` or `command-line`. It is bound
/// around the work and not handed from method to method; a write carries it along to wherever it is carried out.
public record Actor(String name) {
    private static final ScopedValue<Actor> CURRENT = ScopedValue.newInstance();

    /// Whoever uses the command line.
    public static final Actor COMMAND_LINE = new Actor("command-line");

    /// An operator at the dashboard.
    public static Actor operator(String subject) {
        return new Actor("operator:" + subject);
    }

    /// A client at the management API.
    public static Actor client(String clientId) {
        return new Actor("client:" + clientId);
    }

    /// Does something as this one.
    public <T> T does(Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }

    static Optional<Actor> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /// The same work, as whoever asks for it now, wherever it is run.
    static <T> Database.Work<T> carriedBy(Database.Work<T> work) {
        return current()
                .<Database.Work<T>>map(actor -> handle -> actor.does(() -> work.run(handle)))
                .orElse(work);
    }
}
