package dev.symbolon.account;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a thread give way to the others of the process. The priorities of Java's own threads mean nothing on Linux
/// unless the JVM is told so by an option, for all of them.
final class Niceness {
    private static final Logger LOG = LoggerFactory.getLogger(Niceness.class);

    /// setpriority(2): of a process, which on Linux is one thread; 0 is the caller.
    private static final int PRIO_PROCESS = 0;

    /// A thread at 10 gets about a ninth of the time of one at 0 when both want all of it.
    private static final int NICE = 10;

    private Niceness() {}

    /// The calling thread gives way from now on. Only Linux knows the niceness of a thread; elsewhere nothing is
    /// done, since it would be the whole process that gives way.
    @SuppressWarnings("restricted") // the archive is started with native access, which Argon2 needs too
    static void giveWay() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        try {
            var linker = Linker.nativeLinker();
            var number = ValueLayout.JAVA_INT;
            var address = linker.defaultLookup().find("setpriority");
            if (address.isPresent()) {
                var setPriority =
                        linker.downcallHandle(address.get(), FunctionDescriptor.of(number, number, number, number));
                var _ = (int) setPriority.invokeExact(PRIO_PROCESS, 0, NICE);
            }
        } catch (Throwable e) {
            LOG.debug("Hashing threads have the priority of all others.", e);
        }
    }
}
