//DEPS com.google.zxing:core:3.5.4
package given;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import module java.base;

/** For a class: what it means to listen to a whole network, and where to come to. */
final class Invitation {
    private Invitation() {}

    static void print(int port) {
        List<String> addresses = addresses().map(each -> "http://" + each + ":" + port).toList();
        // Where no locale is set Java would print ? for each letter beyond ASCII.
        var out = System.out.charset().newEncoder().canEncode('▀') ? System.out
            : new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (addresses.isEmpty()) {
            out.println("This machine is in no network: nobody else can come.");
            return;
        }
        out.println("\nOpen to everybody in this network, without a password, and whoever is on "
            + "the\nway can read along. A firewall may ask you first. Ctrl-C ends it. Type, or "
            + "scan:\n");
        addresses.forEach(address -> out.println("    " + address));
        out.println("\n" + qrCode(addresses.getFirst()));
    }

    /** This machine's addresses, the one that leads out of it first. */
    private static Stream<String> addresses() {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress("192.0.2.1", 9)); // asks the way, sends nothing
            return Stream.concat(Stream.of(socket.getLocalAddress()), NetworkInterface
                    .networkInterfaces().flatMap(NetworkInterface::inetAddresses))
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()
                    && !address.isAnyLocalAddress())
                .map(InetAddress::getHostAddress).distinct();
        } catch (IOException | UncheckedIOException noNetwork) {
            return Stream.empty();
        }
    }

    /** Two rows a line, as blocks: light ones are drawn, since most terminals are dark. */
    private static String qrCode(String text) {
        ByteMatrix code;
        try {
            code = Encoder.encode(text, ErrorCorrectionLevel.L).getMatrix();
        } catch (WriterException tooLong) {
            throw new IllegalStateException(tooLong); // an address is short
        }
        var lines = new StringBuilder();
        for (int y = -2; y < code.getHeight() + 2; y += 2) {
            lines.append("    ");
            for (int x = -2; x < code.getWidth() + 2; x++) {
                boolean upper = isLight(code, x, y);
                boolean lower = isLight(code, x, y + 1);
                lines.append(upper ? lower ? '█' : '▀' : lower ? '▄' : ' ');
            }
            lines.append('\n');
        }
        return lines.toString();
    }

    private static boolean isLight(ByteMatrix code, int x, int y) {
        return x < 0 || y < 0 || x >= code.getWidth() || y >= code.getHeight()
            || code.get(x, y) == 0;
    }
}
