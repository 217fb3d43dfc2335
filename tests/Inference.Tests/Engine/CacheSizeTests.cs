using GemmaInference.Engine;
using GemmaInference.Engine.Memory;
using GemmaInference.Model;

namespace Inference.Tests.Engine;

[TestFixture]
internal sealed class CacheSizeTests
{
    private readonly TinyEngine _model = new();

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

    [TestCase(8L << 30, 16, 16)]
    [TestCase(10L << 20, 16, 2)]
    public void Slots_are_sized_from_free_memory(long free, int most, int expected)
    {
        var config = GemmaConfigReader.ReadDirectory(_model.Path);
        Assert.That(CacheSize.Choose(config, free, 2, 512, most, 512), Is.EqualTo(new CacheSize(expected, 512)));
    }

    [TestCase(3L << 32, false, 16, 4096, Description = "as it was, while nothing more is there")]
    [TestCase(1L << 37, false, 16, 32768, Description = "a quarter of a large machine's memory")]
    [TestCase(1L << 37, true, 37, 131072, Description = "all of a GPU's")]
    [TestCase(3L << 34, true, 23, 65536)]
    [TestCase(1L << 30, false, 1, 4096)]
    public void What_nobody_asks_for_follows_from_memory(long free, bool isGpu, int slots, int context)
    {
        var config = GemmaConfigReader.Read(
            """{"model_type":"gemma3","text_config":{"hidden_size":2560,"num_hidden_layers":34}}""",
            "config.json"
        );
        Assert.That(
            CacheSize.Choose(config, free, 2, null, null, 512, isGpu),
            Is.EqualTo(new CacheSize(slots, context))
        );
    }

    [Test]
    public void A_context_that_nobody_asked_for_shrinks_where_memory_is_short()
    {
        var config = GemmaConfigReader.ReadDirectory(_model.Path);
        var size = CacheSize.Choose(config, 9L << 20, 2, null, null, 512);
        Assert.That(size, Is.EqualTo(new CacheSize(1, 512)));
    }

    [Test]
    public void Room_is_left_for_the_scores_of_a_long_prompt()
    {
        var capped = GemmaConfigReader.Read("""{"model_type":"gemma2"}""", "config.json");
        var cacheOnly = KvCache.BytesPerSlot(capped, 8192, 512, 2);
        var size = CacheSize.Choose(capped, 8L << 30, 2, 8192, 512, 512);
        // 512 queries of 8 heads score 8,192 keys in float32, twice, and once more in the model's type.
        Assert.That((8L << 30) - (size.Slots * cacheOnly), Is.GreaterThan(512L * 8 * 8192 * 10));
        Assert.That(size.Slots, Is.GreaterThan(1));
    }

    [Test]
    public void Memory_for_no_slot_at_all_is_an_error_that_names_the_setting()
    {
        var config = GemmaConfigReader.ReadDirectory(_model.Path);
        Assert.That(
            () => CacheSize.Choose(config, 1000, 2, 512, 4, 512),
            Throws.Exception.With.Message.Contains("MAX_CONTEXT")
        );
    }
}
