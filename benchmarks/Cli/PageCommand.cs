using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Benchmarks.Harness;
using GemmaOperator.Runtime.Client;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using OpenQA.Selenium.Chrome;

namespace Benchmarks.Cli;

/// <summary>
/// Measures the page of <c>kubectl-gemma ui</c>: the first byte and all bytes of the fleet, and when a browser paints
/// it.
/// </summary>
internal static class PageCommand
{
    private const int Rounds = 15;
    private const string Namespace = "fleet";
    private const string Chromium = "/usr/bin/chromium";
    private const string Driver = "/usr/bin/chromedriver";

    public static async Task<int> RunAsync(string program, string[] arguments)
    {
        var objects = arguments is ["--objects", var n] ? int.Parse(n, CultureInfo.InvariantCulture) : 10_000;
        await using var cluster = await ClusterProcess.StartAsync();
        using var client = new KubeClient(
            () => KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig),
            new KubeTransportOptions { FieldManager = "benchmark" },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        await Measuring.PrepareAsync(client.Api, Namespace);
        await RecordedFleet.MakeAsync(client.Api, Namespace, objects);
        var started = Stopwatch.StartNew();
        using var ui = Process.Start(
            new ProcessStartInfo(program, ["ui", "-n", Namespace, "--kubeconfig", cluster.Kubeconfig])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        try
        {
            var address = new Uri((await ui.StandardOutput.ReadLineAsync())!);
            var printed = started.Elapsed;
            var cookies = new CookieContainer();
            using var http = new HttpClient(new HttpClientHandler { CookieContainer = cookies });
            var home = new Uri(address.GetLeftPart(UriPartial.Path));
            await http.GetStringAsync(address);
            var first = started.Elapsed;
            while (!(await http.GetStringAsync(home)).Contains($"of {objects} base images", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }

            var complete = started.Elapsed;
            var (bytes, times) = await FetchAsync(http, home);
            var paints = Paints(home, cookies.GetCookies(home).Single());
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        objects,
                        printedMs = Measuring.Round(printed.TotalMilliseconds),
                        firstPageMs = Measuring.Round(first.TotalMilliseconds),
                        completeMs = Measuring.Round(complete.TotalMilliseconds),
                        bytes,
                        firstByteMs = CliCommand.Median(times),
                        worstFirstByteMs = Measuring.Round(times.Max()),
                        paintMs = paints.Count == 0 ? (double?)null : CliCommand.Median(paints),
                        worstPaintMs = paints.Count == 0 ? (double?)null : Measuring.Round(paints.Max()),
                        memoryMb = ui.WorkingSet64 / 1_000_000,
                    }
                )
            );
            return bytes < 200_000 ? 0 : 1;
        }
        finally
        {
            ui.Kill();
            await ui.WaitForExitAsync();
        }
    }

    /// <summary>Returns the bytes of the page with its style and script, and when each answer began.</summary>
    private static async Task<(long Bytes, List<double> FirstByte)> FetchAsync(HttpClient http, Uri home)
    {
        var times = new List<double>();
        long bytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await http.GetAsync(home, HttpCompletionOption.ResponseHeadersRead);
            times.Add(watch.Elapsed.TotalMilliseconds);
            bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
        }

        foreach (var asset in (string[])["style.css", "script.js", "icon.svg"])
        {
            bytes += (await http.GetByteArrayAsync(new Uri(home, asset))).Length;
        }

        return (bytes, times);
    }

    /// <summary>Returns when a browser had painted something, counted from the click; none without a browser.</summary>
    private static List<double> Paints(Uri home, Cookie cookie)
    {
        var paints = new List<double>();
        if (!File.Exists(Chromium) || !File.Exists(Driver))
        {
            return paints;
        }

        var options = new ChromeOptions { BinaryLocation = Chromium };
        options.AddArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
        using var browser = new ChromeDriver(
            ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(Driver), Path.GetFileName(Driver)),
            options
        );
        // The token is used: the browser takes over the cookie.
        browser.Navigate().GoToUrl(new Uri(home, "style.css"));
        browser.ExecuteCdpCommand(
            "Network.setCookie",
            new Dictionary<string, object?>
            {
                ["name"] = cookie.Name,
                ["value"] = cookie.Value,
                ["url"] = home.ToString(),
                ["path"] = home.AbsolutePath,
            }
        );
        for (var round = 0; round < Rounds; round++)
        {
            browser.Navigate().GoToUrl(home);
            if (
                browser.ExecuteScript(
                    "return performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0] ?? 0"
                ) is
                { } painted
            )
            {
                paints.Add(Convert.ToDouble(painted, CultureInfo.InvariantCulture));
            }
        }

        return paints;
    }
}
