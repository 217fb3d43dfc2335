using System.Net;
using System.Security.Cryptography;
using GemmaOperator.Dashboard.Access;
using GemmaOperator.Hosting.Dashboards;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Clusters;

namespace Operator.Tests.Dashboard;

/// <summary>With a certificate the pages are served by HTTPS, and a renewed one is taken without a restart.</summary>
public sealed class DashboardHttpsTests
{
    [Test]
    public async Task A_renewed_certificate_is_shown_to_the_next_connection()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-");
        try
        {
            Renew(folder.FullName);
            await using var server = await StartAsync(folder.FullName);
            var first = await ShownAsync(server.Address);
            Assert.That(await ShownAsync(server.Address), Is.EqualTo(first));
            Renew(folder.FullName);
            File.SetLastWriteTimeUtc(
                Path.Combine(folder.FullName, "tls.crt"),
                File.GetLastWriteTimeUtc(Path.Combine(folder.FullName, "tls.crt")).AddSeconds(1)
            );
            Assert.That(await ShownAsync(server.Address), Is.Not.EqualTo(first));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_folder_without_a_certificate_ends_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-");
        try
        {
            await Assert.ThatAsync(() => StartAsync(folder.FullName), Throws.TypeOf<FileNotFoundException>());
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "tls.crt"), "no certificate");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "tls.key"), "no key");
            await Assert.ThatAsync(() => StartAsync(folder.FullName), Throws.InstanceOf<CryptographicException>());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<DashboardServer> StartAsync(string folder) =>
        DashboardServer.StartAsync(
            new DashboardOptions(new IPEndPoint(IPAddress.Loopback, 0), folder),
            new KnownFleet(null!),
            new ApiReviews(null!),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            CancellationToken.None
        );

    private static void Renew(string folder)
    {
        TestCertificates.Write(folder);
        File.Copy(Path.Combine(folder, "server.crt"), Path.Combine(folder, "tls.crt"), overwrite: true);
        File.Copy(Path.Combine(folder, "server.key"), Path.Combine(folder, "tls.key"), overwrite: true);
    }

    private static async Task<string> ShownAsync(Uri address)
    {
        var shown = "";
#pragma warning disable MA0039 // It is asked which certificate is shown, whoever issued it.
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                shown = certificate!.Thumbprint;
                return true;
            },
        };
#pragma warning restore MA0039
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri(address, "/"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        return shown;
    }
}
