using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Operator.Tests.Runtime;

namespace Operator.Tests.Cluster;

/// <summary>Contents are fetched once per version and kept within a bound.</summary>
internal sealed class ConfigMapReaderTests
{
    [Test]
    public async Task A_key_is_fetched_once_per_version()
    {
        var maps = new Maps();
        maps.Put("a", 1, "torchvision");
        var reader = new ConfigMapReader(maps, maps);
        Assert.That(await ReadAsync(reader, "a"), Is.EqualTo("torchvision"));
        Assert.That(await ReadAsync(reader, "a"), Is.EqualTo("torchvision"));
        maps.Put("a", 2, "torchaudio");
        Assert.That(await ReadAsync(reader, "a"), Is.EqualTo("torchaudio"));
        Assert.That(maps.Fetched, Is.EqualTo(new[] { "a", "a" }));
    }

    [Test]
    public async Task A_fleet_s_contents_do_not_fill_the_memory_and_those_read_last_are_at_hand()
    {
        var maps = new Maps();
        var reader = new ConfigMapReader(maps, maps);
        for (var i = 0; i < 100; i++)
        {
            maps.Put($"m{i}", 1, new string((char)('a' + (i % 26)), 1024 * 1024));
            Assert.That((await ReadAsync(reader, $"m{i}"))![0], Is.EqualTo((char)('a' + (i % 26))));
            Assert.That(reader.Bytes, Is.LessThanOrEqualTo(ConfigMapReader.MostBytes));
        }

        Assert.That(reader.Bytes, Is.GreaterThan(ConfigMapReader.MostBytes * 3 / 4), "the bound is made use of");
        Assert.That(maps.Fetched, Has.Count.EqualTo(100));
        await ReadAsync(reader, "m99");
        Assert.That(maps.Fetched, Has.Count.EqualTo(100));
        await ReadAsync(reader, "m0");
        Assert.That(maps.Fetched, Has.Count.EqualTo(101), "it had to go");
    }

    [Test]
    public async Task What_is_deleted_takes_no_room()
    {
        var maps = new Maps();
        maps.Put("a", 1, "torchvision");
        var reader = new ConfigMapReader(maps, maps);
        await ReadAsync(reader, "a");
        maps.Delete("a");
        Assert.That(
            (await reader.ReadAsync("ml", "a", "requirements.txt", CancellationToken.None)).Error,
            Does.Contain("ml/a doesn't exist")
        );
        Assert.That(reader.Bytes, Is.Zero);
    }

    [Test]
    public void What_is_used_stays_before_what_is_not()
    {
        var cache = new LruCache<int, string>(10_000);
        for (var i = 0; i < 100; i++)
        {
            cache.Set(i, "1", "x", 1_000);
            Assert.That(cache.TryGet(0, "1", out _), $"used before {i}");
            Assert.That(cache.Bytes, Is.LessThanOrEqualTo(10_000));
        }

        Assert.That(cache.TryGet(50, "1", out _), Is.False);
        Assert.That(cache.TryGet(0, "2", out _), Is.False, "of another version");
        cache.Set(1, "1", "too large", 20_000);
        Assert.That(
            (cache.TryGet(1, "1", out _), cache.TryGet(0, "1", out _)),
            Is.EqualTo((false, true)),
            "what doesn't fit alone isn't kept, and takes no other's place"
        );
    }

    private static async Task<string?> ReadAsync(ConfigMapReader reader, string name) =>
        (await reader.ReadAsync("ml", name, "requirements.txt", CancellationToken.None)).Text;

    private sealed class Maps : ScriptedApi, IIndexer<PartialObjectMetadata<V1ConfigMap>>
    {
        private readonly Dictionary<string, V1ConfigMap> _maps = new(StringComparer.Ordinal);

        public List<string> Fetched { get; } = [];

        public bool HasSynced => true;

        public void Put(string name, int version, string text) =>
            _maps[name] = new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = name, ResourceVersion = $"{version}" },
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["requirements.txt"] = text },
            };

        public void Delete(string name) => _maps.Remove(name);

        public PartialObjectMetadata<V1ConfigMap>? Get(string? ns, string name) =>
            _maps.TryGetValue(name, out var map)
                ? new PartialObjectMetadata<V1ConfigMap> { Metadata = map.Metadata }
                : null;

        public IReadOnlyList<PartialObjectMetadata<V1ConfigMap>> List(string? ns = null) =>
            throw new NotSupportedException();

        public IReadOnlyList<PartialObjectMetadata<V1ConfigMap>> ByIndex(string index, string key) =>
            throw new NotSupportedException();

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class
        {
            Fetched.Add(name);
            return Task.FromResult(_maps.GetValueOrDefault(name) as T);
        }
    }
}
