using GemmaInference.Engine;
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

    [Test]
    public void Room_is_left_for_the_scores_of_a_long_prompt()
    {
        var capped = GemmaConfigReader.Read("""{"model_type":"gemma2"}""", "config.json");
        var cacheOnly = KvCache.BytesPerSlot(capped, 8192, 2);
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
