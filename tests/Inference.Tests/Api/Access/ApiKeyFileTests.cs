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
        Write("old");
        var keys = ApiKeyFile.Open(Path, _time, _log);
        Write("new");
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
            Write(key, System.IO.Path.Combine(_scratch.Path, folder, "keys"));
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

    [Test]
    public void A_file_that_is_being_written_is_taken_when_it_rests()
    {
        Write("old\nstays");
        var keys = ApiKeyFile.Open(Path, _time, _log);
        foreach (var half in (string[])["", "ne", "new"])
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Write(half);
            Assert.That((keys.Accepts("stays"), keys.Accepts("ne")), Is.EqualTo((true, false)));
        }

        Write("new\nstays");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((keys.Accepts("old"), keys.Accepts("new"), keys.Accepts("stays")), Is.EqualTo((false, true, true)));
        Assert.That(_log.Said.Select(said => said.Event), Is.EqualTo([30, 30]), "half a file is no trouble");
    }

    [Test]
    public void Where_a_files_clock_goes_before_it_rests_when_two_looks_see_the_same()
    {
        Write("old");
        var keys = ApiKeyFile.Open(Path, _time, _log);
        Write("new");
        File.SetLastWriteTimeUtc(Path, _time.GetUtcNow().UtcDateTime.AddHours(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(keys.Accepts("old"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((keys.Accepts("old"), keys.Accepts("new")), Is.EqualTo((false, true)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("two words")]
    public void The_last_good_keys_stay_and_the_log_says_so_once(string? content)
    {
        Write("good");
        var keys = ApiKeyFile.Open(Path, _time, _log);
        _log.Said.Clear();
        File.Delete(Path);
        if (content is not null)
        {
            Write(content);
        }

        for (var second = 0; second < 3; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.That(keys.Accepts("good"));
        }

        var said = _log.Said.Single();
        Assert.That((said.Level, said.Event), Is.EqualTo((LogLevel.Error, 31)));
        Assert.That(said.Message, Does.Contain("last good keys stay").And.Contain(Path));

        Write("good");
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

    /// <summary>Writes as of now.</summary>
    private void Write(string content, string? path = null)
    {
        File.WriteAllText(path ?? Path, content);
        File.SetLastWriteTimeUtc(path ?? Path, _time.GetUtcNow().UtcDateTime);
    }

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
