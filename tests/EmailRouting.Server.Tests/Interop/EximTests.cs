using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>Exim as the destination. It cannot be installed beside Postfix, so Debian's packages of it are unpacked, and <c>EMAILROUTING_EXIM</c> names the folder.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class EximTests
{
    [Fact]
    public async Task Exim_takes_from_us_over_STARTTLS_what_was_sent()
    {
        string? unpacked = Environment.GetEnvironmentVariable("EMAILROUTING_EXIM");
        Assert.SkipWhen(
            string.IsNullOrEmpty(unpacked) || !File.Exists(Path.Combine(unpacked, "usr/sbin/exim4")),
            "EMAILROUTING_EXIM names no folder that Debian's exim4-daemon-light and libidn12 were unpacked into (dpkg -x).");
        LocalProgram.RequireRoot("Exim");
        LocalProgram.Require("unshare", "util-linux");
        using var folder = new PeerFolder();
        var exim = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free(1)[0]);
        using Process process = Start(folder, Path.GetFullPath(unpacked!), exim.Port);
        try
        {
            await LocalProgram.ListensAsync(exim, () => folder.Read("log/main"));
            await using RunningServer server = await RunningServer.StartAsync(exim);
            byte[] sent = Encoding.Latin1.GetBytes("Subject: to Exim\r\nBcc: x@sender.example\r\nContent-Length: 5\r\nX-Folded: a\r\n\tb\r\n\r\n.\r\n..\r\n\u00e5 8-bit\r\n");
            await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp))
            {
                Assert.StartsWith("250 2.0.0 ", await sender.MailAsync(sent), StringComparison.Ordinal);
            }

            string mails = folder["mail/new"];
            await Eventually.TrueAsync(
                () => Directory.Exists(mails) && Directory.GetFiles(mails).Length == 1,
                TimeSpan.FromSeconds(30),
                () => $"Exim has delivered nothing:\n{folder.Read("log/main")}",
                TestContext.Current.CancellationToken);

            // A maildir has LF where the wire has CR LF, and Exim adds above and below the headers: theirs are the lines that were not sent.
            string read = Encoding.Latin1.GetString(File.ReadAllBytes(Directory.GetFiles(mails)[0]));
            string[] parts = Encoding.Latin1.GetString(sent).Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", 2);
            Assert.Contains($"\n{parts[0]}\n", read, StringComparison.Ordinal);
            Assert.EndsWith($"\n\n{parts[1]}", read, StringComparison.Ordinal);
            Assert.Contains("esmtps", read, StringComparison.Ordinal);
        }
        finally
        {
            await LocalProgram.RunAsync("kill", "", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture));
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Process Start(PeerFolder folder, string unpacked, int port)
    {
        // Debian's build looks up a user of its own at the start. It gets one in a view of /etc that nobody else sees.
        const string User = "64999:64999";
        File.WriteAllText(folder["passwd"], File.ReadAllText("/etc/passwd") + $"Debian-exim:x:{User}::/nonexistent:/usr/sbin/nologin\n");
        File.WriteAllText(folder["group"], File.ReadAllText("/etc/group") + "Debian-exim:x:64999:\n");
        folder.AddCertificate("mx.exim.test", User);
        foreach (string name in (string[])["spool", "log", "mail"])
        {
            folder.Add(name, User);
        }

        File.WriteAllText(folder["exim.conf"], $"""
            primary_hostname = mx.exim.test
            exim_path = {unpacked}/usr/sbin/exim4
            keep_environment =
            notifier_socket =
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {port}
            pid_file_path = {folder["exim.pid"]}
            spool_directory = {folder["spool"]}
            log_file_path = {folder["log"]}/%s
            never_users =
            deliver_drop_privilege
            host_lookup =
            tls_advertise_hosts = *
            tls_certificate = {folder["cert.pem"]}
            tls_privatekey = {folder["key.pem"]}
            acl_smtp_rcpt = take
            begin acl
            take:
              accept
            begin routers
            all:
              driver = accept
              transport = box
            begin transports
            box:
              driver = appendfile
              directory = {folder["mail"]}
              maildir_format
              user = Debian-exim
              group = Debian-exim

            """);
        // Its libraries by way of the loader's cache, and not LD_LIBRARY_PATH: Exim is set-user-id, for which the loader ignores that.
        string libraries = string.Join(' ', Directory.GetDirectories(Path.Combine(unpacked, "usr/lib")).Select(library => $"'{library}'"));
        string command = $"set -e; cd '{folder.Root}'; /sbin/ldconfig -X -C '{folder["ld.so.cache"]}' {libraries}; "
            + "for file in passwd group ld.so.cache; do mount --bind $file /etc/$file; done; "
            + $"exec '{unpacked}/usr/sbin/exim4' -C '{folder["exim.conf"]}' -bdf";
        return Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", command]))!;
    }
}
