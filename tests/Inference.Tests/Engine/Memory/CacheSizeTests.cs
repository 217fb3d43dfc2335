using GemmaInference.Engine.Memory;
using GemmaInference.Model;

namespace Inference.Tests.Engine.Memory;

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
        Assert.That(
            CacheSize.Choose(new CacheFacts(config, free, 2, 512, most, 512)),
            Is.EqualTo(new CacheSize(expected, 512))
        );
    }

    [TestCase(3L << 32, false, 16, 4096, Description = "as it was, while nothing more is there")]
    [TestCase(1L << 37, false, 16, 32768, Description = "a quarter of a large machine's memory")]
    [TestCase(1L << 37, true, 37, 131072, Description = "all of a GPU's")]
    [TestCase(3L << 34, true, 23, 65536)]
    [TestCase(1L << 30, false, 1, 4096)]
    public void What_nobody_asks_for_follows_from_memory(long free, bool isGpu, int slots, int context)
    {
        var config = FourBillion();
        Assert.That(
            CacheSize.Choose(new CacheFacts(config, free, 2, null, null, 512, isGpu)),
            Is.EqualTo(new CacheSize(slots, context))
        );
    }

    [Test]
    public void A_context_that_nobody_asked_for_shrinks_where_memory_is_short()
    {
        var config = GemmaConfigReader.ReadDirectory(_model.Path);
        var size = CacheSize.Choose(new CacheFacts(config, 9L << 20, 2, null, null, 512));
        Assert.That(size, Is.EqualTo(new CacheSize(1, 512)));
    }

    [Test]
    public void Room_is_left_for_the_scores_of_a_long_prompt()
    {
        var capped = GemmaConfigReader.Read("""{"model_type":"gemma2"}""", "config.json");
        var cacheOnly = KvCache.BytesPerSlot(capped, 8192, 512, 2);
        var size = CacheSize.Choose(new CacheFacts(capped, 8L << 30, 2, 8192, 512, 512));
        // 512 queries of 8 heads score 8,192 keys in float32, twice, and once more in the model's type.
        Assert.That((8L << 30) - (size.Slots * cacheOnly), Is.GreaterThan(512L * 8 * 8192 * 10));
        Assert.That(size.Slots, Is.GreaterThan(1));
    }

    [Test]
    public void Memory_for_no_slot_at_all_is_an_error_that_names_the_setting()
    {
        var config = GemmaConfigReader.ReadDirectory(_model.Path);
        Assert.That(
            () => CacheSize.Choose(new CacheFacts(config, 1000, 2, 512, 4, 512)),
            Throws.Exception.With.Message.Contains("MAX_CONTEXT")
        );
    }

    [TestCase(24L << 30, null, null, true)]
    [TestCase(24L << 30, null, null, false)]
    [TestCase(80L << 30, null, null, true)]
    [TestCase(80L << 30, 8192, 64, false)]
    [TestCase(141L << 30, null, 256, true)]
    public void Beside_graphs_a_step_always_finds_what_it_takes(long free, int? context, int? most, bool isPacked)
    {
        var config = FourBillion();
        var needs = new GraphNeeds(isPacked);
        var facts = new CacheFacts(config, free, 2, context, most, 512, IsGpu: true);
        var size = CacheSize.Choose(facts, needs, out var trouble);
        Assert.That(trouble, Is.Null);
        Assert.That(Spare(facts, size, needs), Is.Positive);
        var plain = CacheSize.Choose(facts);
        Assert.That(size.Slots * (long)size.Context, Is.LessThanOrEqualTo(plain.Slots * (long)plain.Context));
    }

    [Test]
    public void Where_none_are_counted_on_they_would_find_too_little()
    {
        var facts = new CacheFacts(FourBillion(), 24L << 30, 2, null, null, 512, IsGpu: true);
        Assert.That(Spare(facts, CacheSize.Choose(facts), new GraphNeeds(false)), Is.Negative);
    }

    [TestCase(1L << 30, null, null, Description = "the context would be halved")]
    [TestCase(2L << 30, 16384, null, Description = "most sequences would go")]
    public void Where_graphs_would_take_too_much_they_are_left_out(long free, int? context, int? most)
    {
        var facts = new CacheFacts(FourBillion(), free, 2, context, most, 512, IsGpu: true);
        var size = CacheSize.Choose(facts, new GraphNeeds(true), out var trouble);
        Assert.That(size, Is.EqualTo(CacheSize.Choose(facts)));
        Assert.That(trouble, Does.Match("^graphs need [1-9][0-9]+ MiB of their own, .* MAX_CONTEXT$"));
    }

    [Test]
    public void Memory_for_no_slot_at_all_is_an_error_with_graphs_too() =>
        Assert.That(
            () =>
                CacheSize.Choose(
                    new CacheFacts(FourBillion(), 1000, 2, 512, 4, 512, IsGpu: true),
                    new GraphNeeds(false),
                    out _
                ),
            Throws.Exception.With.Message.Contains("MAX_CONTEXT")
        );

    /// <summary>
    /// What is free beyond what a step takes, when all streams keep what each kind of step took: usual ones, graphs of
    /// each size, and what the driver has of 64 graphs.
    /// </summary>
    private static long Spare(CacheFacts facts, CacheSize size, GraphNeeds needs)
    {
        var (config, context) = (facts.Config, size.Context);
        var copies = needs.IsPacked ? 0 : Workspace.OfCopies(config, context, 512, 2);
        var drawn = Workspace.OfSequence(config);
        var ofOne =
            KvCache.BytesPerSlot(config, context, 512, 2)
            + drawn
            + (2 * (copies + drawn + Workspace.OfPrefill(config, 1, context, 2)))
            + (4L * config.VocabSize);
        return facts.Free
            - (size.Slots * ofOne)
            - Workspace.OfPrefill(config, 512, context, 2)
            - Workspace.OfScores(config)
            - (320L << 20)
            - needs.Free(config, size.Slots, context, 512, 2);
    }

    private static GemmaConfig FourBillion() =>
        GemmaConfigReader.Read(
            """{"model_type":"gemma3","text_config":{"hidden_size":2560,"num_hidden_layers":34}}""",
            "config.json"
        );
}
