using GemmaInference.Api.Access;
using GemmaInference.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Inference.Tests.Api.Access;

/// <summary>A file of keys is followed while the server runs.</summary>
internal sealed class ApiKeyFileTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _log = new();
    private ScratchDirectory _scratch = null!;

    private string Path => System.IO.Path.Combine(_scratch.Path, "keys");

    [SetUp]
    public void Make()
    {
        _scratch = new ScratchDirectory();
        _log.Said.Clear();
    }

    [TearDown]
    public void Remove() => _scratch.Dispose();

    [Test]
    public void A_key_that_is_taken_out_opens_nothing_a_second_later()
    {
        File.WriteAllText(Path, "old");
        var keys = ApiKeyFile.Open(Path, _time, _log);
        File.WriteAllText(Path, "new");
        Assert.That((keys.Accepts("old"), keys.Accepts("new")), Is.EqualTo((true, false)), "it wasn't looked at yet");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((keys.Accepts("old"), keys.Accepts("new")), Is.EqualTo((false, true)));
        Assert.That(_log.Said[^1].Message, Does.Contain($"{Path}: keys read: 1").And.Not.Contain("new"));
    }

    [Test]
    public void A_link_that_is_turned_over_is_followed_as_kubelets_do_it()
    {
        foreach (var (folder, key) in (ReadOnlySpan<(string, string)>)[("..1", "old"), ("..2", "new")])
        {
            Directory.CreateDirectory(System.IO.Path.Combine(_scratch.Path, folder));
            File.WriteAllText(System.IO.Path.Combine(_scratch.Path, folder, "keys"), key);
        }

        var data = System.IO.Path.Combine(_scratch.Path, "..data");
        Directory.CreateSymbolicLink(data, "..1");
        File.CreateSymbolicLink(Path, "..data/keys");
        var keys = ApiKeyFile.Open(Path, _time, _log);
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "..2");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((keys.Accepts("old"), keys.Accepts("new")), Is.EqualTo((false, true)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("two words")]
    public void The_last_good_keys_stay_and_the_log_says_so_once(string? content)
    {
        File.WriteAllText(Path, "good");
        var keys = ApiKeyFile.Open(Path, _time, _log);
        _log.Said.Clear();
        File.Delete(Path);
        if (content is not null)
        {
            File.WriteAllText(Path, content);
        }

        for (var second = 0; second < 3; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.That(keys.Accepts("good"));
        }

        var said = _log.Said.Single();
        Assert.That((said.Level, said.Event), Is.EqualTo((LogLevel.Error, 31)));
        Assert.That(said.Message, Does.Contain("last good keys stay").And.Contain(Path));

        File.WriteAllText(Path, "good");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(keys.Accepts("good"));
        Assert.That(_log.Said[^1].Event, Is.EqualTo(30), "it is read again");
    }

    [Test]
    public void Without_a_file_there_is_no_start() =>
        Assert.That(
            () => ApiKeyFile.Open(Path, _time, _log),
            Throws.TypeOf<InferenceException>().With.Message.StartsWith($"API_KEYS_FILE: {Path}: no such file")
        );

    [Test]
    public void A_directory_is_no_file() =>
        Assert.That(
            () => ApiKeyFile.Open(_scratch.Path, _time, _log),
            Throws
                .TypeOf<InferenceException>()
                .With.Message.StartsWith($"API_KEYS_FILE: {_scratch.Path}: can't be read")
        );

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, int Event, string Message)> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Said.Add((logLevel, eventId.Id, formatter(state, exception)));
    }
}
