using System.Globalization;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using Operator.Tests.Api;
using Operator.Tests.Clusters;

namespace Cli.Tests.Ui;

/// <summary>
/// The pages do in a browser what they promise: they lead from one to the other, follow the cluster, can be used with a
/// keyboard and on a phone, and break no rule of their own policy. With <c>GEMMA_PICTURES=FOLDER</c> they are drawn,
/// too.
/// </summary>
[NonParallelizable]
public sealed class BrowserTests
{
    private const int Phone = 400;
    private const int Desk = 1280;

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/google-chrome"];
    private static readonly string[] Drivers = ["/usr/bin/chromedriver"];

    private UiWorld _world = null!;
    private RunningUi _ui = null!;
    private ChromeDriver _browser = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (Array.Find(Places, File.Exists) is not { } chromium || Array.Find(Drivers, File.Exists) is not { } driver)
        {
            Assert.Ignore("there is no Chromium here: Debian's packages chromium and chromium-driver bring one");
            return;
        }

        _world = await UiWorld.StartAsync();
        _ui = await _world.StartUiAsync();
        var service = ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(driver), Path.GetFileName(driver));
        service.HideCommandPromptWindow = true;
        var options = new ChromeOptions { BinaryLocation = chromium };
        // Root has no sandbox; what is opened is this test's own page.
        options.AddArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        _browser = new ChromeDriver(service, options, TimeSpan.FromMinutes(1));
        await _browser.Navigate().GoToUrlAsync(_ui.Address);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _browser?.Dispose();
        await (_ui?.DisposeAsync() ?? default);
        await (_world?.DisposeAsync() ?? default);
    }

    [SetUp]
    public async Task HomeAsync()
    {
        Width(Desk);
        await _browser.Navigate().GoToUrlAsync(_ui.Home);
        await SeesAsync("table.fleet", UiWorld.Well);
    }

    [TearDown]
    public void Nothing_was_wrong()
    {
        if (_browser is not null)
        {
            Assert.That(_browser.Manage().Logs.GetLog(LogType.Browser).Select(l => l.Message), Is.Empty);
        }
    }

    [Test]
    public async Task It_leads_from_the_fleet_to_an_image_and_back()
    {
        _browser.FindElement(By.LinkText(UiWorld.RolledBack)).Click();
        await SeesAsync("h1", UiWorld.RolledBack);
        Assert.That(_browser.FindElement(By.Id("builds")).Displayed);
        Draw("image");
        await _browser.Navigate().BackAsync();
        await SeesAsync("h1", "Base images");
        _browser.FindElement(By.PartialLinkText("stalled")).Click();
        await SeesAsync("caption", "1 base image,");
        _browser.FindElement(By.Name("q")).SendKeys("nothing like it" + Keys.Enter);
        await SeesAsync("#rows", "is like that");
    }

    [Test]
    public async Task It_follows_the_cluster_without_a_reload()
    {
        Draw("fleet");
        var form = _browser.FindElement(By.Name("q"));
        form.SendKeys("half a wo");
        await SeesAsync("#live", "live");
        Assert.That((await _world.RunAsync("suspend", UiWorld.Well)).Code, Is.Zero);
        await SeesAsync("table.fleet", "none: suspended");
        await Eventually.That(
            () => Row(UiWorld.Well).Contains("suspended", StringComparison.Ordinal),
            "it is suspended"
        );
        Assert.That(form.GetAttribute("value"), Is.EqualTo("half a wo"), "what is being typed stays");
        Assert.That((await _world.RunAsync("resume", UiWorld.Well)).Code, Is.Zero);
        await Eventually.That(() => !Row(UiWorld.Well).Contains("suspended", StringComparison.Ordinal), "it goes on");
    }

    [Test]
    public async Task It_goes_on_after_an_answer_that_ends_a_stream_for_good()
    {
        await SeesAsync("#live", "live");
        _browser.ExecuteScript(
            """
            const real = window.EventSource;
            window.EventSource = class extends EventTarget {
              static CLOSED = 2;
              readyState = 2;
              constructor() {
                super();
                window.EventSource = real;
                queueMicrotask(() => this.dispatchEvent(new Event("error")));
              }
              close() {}
            };
            """
        );
        _browser.FindElement(By.Id("pause")).Click();
        await SeesAsync("#live", "paused");
        _browser.FindElement(By.Id("pause")).Click();
        await SeesAsync("#live", "live");
    }

    [Test]
    public async Task It_can_be_used_with_a_keyboard_alone()
    {
        Press(Keys.Tab);
        Assert.That(FocusedText, Is.EqualTo("Skip to the content"));
        Assert.That(Focused.GetCssValue("outline-style"), Is.EqualTo("solid"));
        Press(Keys.Enter);
        for (var i = 0; i < 60 && FocusedText != UiWorld.RolledBack; i++)
        {
            Press(Keys.Tab);
        }

        Assert.That(FocusedText, Is.EqualTo(UiWorld.RolledBack));
        Press(Keys.Enter);
        await SeesAsync("h1", UiWorld.RolledBack);
        Assert.That(
            _browser.FindElements(By.CssSelector("main, header, footer, nav[aria-label]")),
            Has.Count.EqualTo(4)
        );
        Assert.That(_browser.FindElements(By.CssSelector("svg:not([aria-hidden]):not([aria-labelledby])")), Is.Empty);
        Assert.That(_browser.FindElements(By.CssSelector("th:not([scope])")), Is.Empty);
    }

    [Test]
    public async Task On_a_phone_nothing_has_to_be_moved_sideways()
    {
        Width(Phone);
        Assert.That(Overflow(), Is.LessThanOrEqualTo(Phone));
        _browser.FindElement(By.LinkText(UiWorld.RolledBack)).Click();
        await SeesAsync("h1", UiWorld.RolledBack);
        _browser.ExecuteScript("document.querySelectorAll('details').forEach(d => { d.open = true; })");

        Assert.That(Overflow(), Is.LessThanOrEqualTo(Phone));
    }

    private IWebElement Focused => _browser.SwitchTo().ActiveElement();

    private string? FocusedText => Focused.GetDomProperty("textContent");

    private void Press(string key) => Focused.SendKeys(key);

    private long Overflow() => (long)_browser.ExecuteScript("return document.documentElement.scrollWidth")!;

    private string Row(string name)
    {
        try
        {
            return _browser.FindElement(By.XPath($"//tr[.//a[text()='{name}']]")).Text;
        }
        catch (StaleElementReferenceException)
        {
            // It is just being put in place.
            return "suspended";
        }
    }

    private Task SeesAsync(string selector, string text) =>
        Eventually.That(
            () =>
                _browser.ExecuteScript("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
                    is string seen
                && seen.Contains(text, StringComparison.Ordinal),
            $"{selector} has {text}"
        );

    private void Width(int width, string scheme = "light")
    {
        _browser.ExecuteCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            new Dictionary<string, object?>
            {
                ["width"] = width,
                ["height"] = 720,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );
        _browser.ExecuteCdpCommand(
            "Emulation.setEmulatedMedia",
            new Dictionary<string, object?>
            {
                ["features"] = new[]
                {
                    new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = scheme },
                },
            }
        );
    }

    private void Draw(string page)
    {
        if (Environment.GetEnvironmentVariable("GEMMA_PICTURES") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (
            var (name, width, scheme) in new[]
            {
                ("light", Desk, "light"),
                ("dark", Desk, "dark"),
                ("phone", Phone, "light"),
            }
        )
        {
            Width(width, scheme);
            var path = Checkout.PathTo(folder, string.Create(CultureInfo.InvariantCulture, $"page-{page}-{name}.png"));
            _browser.GetScreenshot().SaveAsFile(path);
        }

        Width(Desk);
    }
}
