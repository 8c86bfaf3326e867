package dev.symbolon.cli;

import dev.symbolon.Config;
import dev.symbolon.Config.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Which of our ports somebody else has.
final class Ports {
    private Ports() {}

    /// The sentence for an operator whose server could not listen.
    static String taken(Config config) {
        if (!isFree(config.address(), 0)) {
            return "The address " + config.address() + " cannot be listened on; set SYMBOLON_ADDRESS to one of this"
                    + " machine.";
        }
        if (!isFree(config.address(), config.port())) {
            return sentence(config.address(), config.port(), Setting.PORT);
        }
        if (!isFree("127.0.0.1", config.managementPort())) {
            return sentence("127.0.0.1", config.managementPort(), Setting.MANAGEMENT_PORT);
        }
        if (!isFree("127.0.0.1", config.samplePort())) {
            return sentence("127.0.0.1", config.samplePort(), Setting.SAMPLE_PORT);
        }
        return "A port could not be listened on for a moment; start again.";
    }

    /// A port of loopback that nobody had a moment ago.
    static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String sentence(String address, int port, Setting setting) {
        return "Port " + port + " of " + address + " cannot be listened on, most likely because another program has"
                + " it; stop that one, or set " + setting.variable() + " to another port.";
    }

    private static boolean isFree(String address, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
