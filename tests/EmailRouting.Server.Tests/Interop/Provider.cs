using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using EmailRouting.Testing;
using MailKit;
using MailKit.Net.Imap;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>
/// The user's mail provider: a Postfix that takes mail for <c>inbox.test</c> into maildirs, offers STARTTLS, and relays for <c>router.test</c> to a router, over
/// STARTTLS only; and a Dovecot that lets the user read. Both are Debian's, run from a folder of their own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Provider : IAsyncDisposable
{
    private readonly PeerFolder _folder = new();
    private readonly Process _dovecot;
    private readonly IPEndPoint _imap;

    private Provider(IPEndPoint router, string[] settings, string[] services)
    {
        int[] ports = LoopbackPort.Free(2);
        Smtp = new IPEndPoint(IPAddress.Loopback, ports[0]);
        _imap = new IPEndPoint(IPAddress.Loopback, ports[1]);
        _folder.AddCertificate("mx.provider.test");
        _folder.Add("mail", "nobody:nogroup");
        _folder.Add("lib", "postfix");
        foreach (string name in (string[])["etc", "spool", "run", "state"])
        {
            _folder.Add(name);
        }

        WritePostfix(router, settings, services);
        WriteDovecot();
        _dovecot = Process.Start(new ProcessStartInfo("dovecot", ["-F", "-c", _folder["dovecot.conf"]]) { RedirectStandardError = true })!;
    }

    public IPEndPoint Smtp { get; }

    private string Logs => _folder.Read("postfix.log") + _folder.Read("dovecot.log");

    /// <summary>Skips the test where Postfix or Dovecot is missing.</summary>
    /// <param name="router">Where mail for <c>router.test</c> is relayed to.</param>
    public static Task<Provider> StartAsync(IPEndPoint router) => StartAsync(router, [], []);

    /// <summary>Skips the test where Postfix or Dovecot is missing.</summary>
    /// <param name="router">Where mail for <c>router.test</c> is relayed to.</param>
    /// <param name="settings">Lines of main.cf, in place of those that are there.</param>
    /// <param name="services">Lines of master.cf.</param>
    public static async Task<Provider> StartAsync(IPEndPoint router, string[] settings, string[] services)
    {
        LocalProgram.Require("postfix", "postfix");
        LocalProgram.Require("dovecot", "dovecot-imapd");
        LocalProgram.RequireRoot("Postfix");
        var provider = new Provider(router, settings, services);
        try
        {
            (int exit, string output) = await LocalProgram.RunAsync("postfix", "", "-c", provider._folder["etc"], "start");
            Assert.True(exit == 0, $"Postfix does not start: {output}{provider.Logs}");
            await LocalProgram.ListensAsync(provider.Smtp, () => provider.Logs);
            await LocalProgram.ListensAsync(provider._imap, () => provider.Logs);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="ReadAsync(string, string)"/>
    public Task<byte[]> ReadAsync(string subject) => ReadAsync("you@inbox.test", subject);

    /// <summary>Waits for the mail of one subject, and reads it over IMAP.</summary>
    /// <param name="user">Whose inbox it is.</param>
    /// <param name="subject">Or a part of it.</param>
    /// <returns>Every octet of it as the inbox has it.</returns>
    public async Task<byte[]> ReadAsync(string user, string subject)
    {
        using var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", _imap.Port, MailKit.Security.SecureSocketOptions.None);
        await client.AuthenticateAsync(user, "secret");
        IMailFolder inbox = client.Inbox!;
        await inbox.OpenAsync(FolderAccess.ReadOnly);
        UniqueId? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await client.NoOpAsync();
                found = (await inbox.SearchAsync(MailKit.Search.SearchQuery.SubjectContains(subject))).Cast<UniqueId?>().FirstOrDefault();
                return found is not null;
            },
            TimeSpan.FromSeconds(30),
            () => $"'{subject}' is not in the inbox:\n{Logs}",
            TestContext.Current.CancellationToken);

        using Stream stream = await inbox.GetStreamAsync(found!.Value, string.Empty);
        using var octets = new MemoryStream();
        await stream.CopyToAsync(octets);
        return octets.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await LocalProgram.RunAsync("postfix", "", "-c", _folder["etc"], "stop");
        await LocalProgram.RunAsync("kill", "", "-TERM", _dovecot.Id.ToString(CultureInfo.InvariantCulture));
        await _dovecot.WaitForExitAsync();
        _dovecot.Dispose();
        _folder.Dispose();
    }

    private void WritePostfix(IPEndPoint router, string[] settings, string[] more)
    {
        // Debian's services without chroot, and smtpd where we want it.
        IEnumerable<string> services = File.ReadLines("/etc/postfix/master.cf")
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.StartsWith("smtp ", StringComparison.Ordinal) && line.Contains(" inet ", StringComparison.Ordinal)
                ? $"{Smtp.Port} inet n - n - - smtpd"
                : WithoutChroot(line));
        File.WriteAllLines(Path.Combine(_folder["etc"], "master.cf"), [.. services, .. more]);
        string[] usual = $$"""
            compatibility_level = 3.6
            queue_directory = {{_folder["spool"]}}
            data_directory = {{_folder["lib"]}}
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = {{_folder["postfix.log"]}}
            maillog_file_prefixes = {{_folder.Root}}
            myhostname = mx.provider.test
            mydestination =
            mynetworks =
            local_header_rewrite_clients =
            message_drop_headers =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            disable_dns_lookups = yes
            smtp_host_lookup = native
            virtual_mailbox_domains = inbox.test
            virtual_mailbox_maps = inline:{you@inbox.test=you@inbox.test/}
            virtual_mailbox_base = {{_folder["mail"]}}
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            relay_domains = router.test
            relay_transport = smtp:[127.0.0.1]:{{router.Port}}
            smtpd_relay_restrictions = reject_unauth_destination
            smtpd_peername_lookup = no
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {{_folder["cert.pem"]}}
            smtpd_tls_key_file = {{_folder["key.pem"]}}
            smtpd_tls_received_header = yes
            smtp_tls_security_level = encrypt
            """.Split('\n');

        // A name that is there twice makes each program warn, and too many lines before the logger listens stop it for ever: it logs to itself.
        HashSet<string> others = [.. settings.Select(Name)];
        File.WriteAllLines(Path.Combine(_folder["etc"], "main.cf"), [.. usual.Where(line => !others.Contains(Name(line))), .. settings]);

        static string Name(string line) => line.Split(' ')[0];
    }

    private static string WithoutChroot(string line)
    {
        string[] columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (char.IsWhiteSpace(line[0]) || columns.Length < 8)
        {
            return line;
        }

        columns[4] = "n";
        return string.Join(' ', columns);
    }

    private void WriteDovecot() =>
        File.WriteAllText(_folder["dovecot.conf"], $$"""
            base_dir = {{_folder["run"]}}
            state_dir = {{_folder["state"]}}
            log_path = {{_folder["dovecot.log"]}}
            protocols = imap
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            first_valid_uid = 1
            mail_location = maildir:{{_folder["mail"]}}/%u
            passdb {
              driver = static
              args = password=secret
            }
            userdb {
              driver = static
              args = uid=nobody gid=nogroup home={{_folder["mail"]}}/%u allow_all_users=yes
            }
            service imap-login {
              inet_listener imap {
                port = {{_imap.Port}}
              }
              inet_listener imaps {
                port = 0
              }
            }

            """);
}
