using GemmaInference.Engine;
using GemmaInference.Engine.Memory;
using GemmaInference.Model;
using GemmaInference.Model.Pages;

namespace Inference.Tests.Engine.Memory;

/// <summary>How many sequences share how much memory.</summary>
internal sealed class PagedCacheSizeTests
{
    private static readonly GemmaConfig Config = GemmaConfigReader.Read(
        """
        {"model_type":"gemma3","text_config":{"hidden_size":2560,"num_hidden_layers":34,"sliding_window":1024}}
        """,
        "config.json"
    );

    [TestCase(3L << 32, false, 16, 4096, Description = "a quarter of 12 GiB")]
    [TestCase(1L << 37, false, 16, 131072, Description = "a quarter of 128 GiB")]
    [TestCase(1L << 37, true, 128, 131072)]
    [TestCase(3L << 34, true, 128, 131072)]
    [TestCase(1L << 30, false, 1, 4096)]
    public void What_nobody_asks_for_follows_from_memory(long free, bool isGpu, int slots, int context)
    {
        var size = Choose(free, null, null, isGpu);
        Assert.That((size.Slots, size.Context), Is.EqualTo((slots, context)));
        var layout = Layout(context, isGpu);
        Assert.That(size.Pages, Is.GreaterThanOrEqualTo(layout.Pages(context)), "one sequence always fits");
        Assert.That(size.Pages * layout.PageBytes, Is.LessThan((long)(free * 0.9)));
    }

    [Test]
    public void More_sequences_than_could_be_full_share_what_is_there()
    {
        var layout = Layout(131072, isGpu: true);
        var size = Choose(1L << 36, 131072, null, isGpu: true);
        Assert.That(size.Slots, Is.EqualTo(128));
        Assert.That(size.Pages, Is.InRange(layout.Pages(131072), 32 * layout.Pages(131072)));
        Assert.That(size.Pages, Is.GreaterThanOrEqualTo(128 * layout.Pages(1024)));
    }

    [Test]
    public void What_is_asked_for_is_taken_and_no_more_than_it_can_use()
    {
        var layout = Layout(2048, isGpu: false);
        Assert.That(
            Choose(1L << 36, 2048, 3, isGpu: false),
            Is.EqualTo(new CacheSize(3, 2048) { Pages = 3 * layout.Pages(2048) })
        );
        Assert.That(
            Choose(1L << 30, 2048, 64, isGpu: false).Slots,
            Is.InRange(2, 63),
            "each needs some memory beside its pages"
        );
    }

    [Test]
    public void Memory_for_not_even_one_sequence_is_an_error_that_names_the_setting() =>
        Assert.That(
            () => Choose(1L << 30, 131072, 4, isGpu: false),
            Throws.Exception.With.Message.Contains("MAX_CONTEXT").And.Message.Contains("1024 MiB are free")
        );

    [Test]
    public void Slots_are_whole_where_pages_are_of_no_use()
    {
        Assert.That(CachePlan.Unfit(Layout(4096, isGpu: false), 16, isGpu: false), Is.Null);
        Assert.That(
            CachePlan.Unfit(Layout(4096, isGpu: false), 64, isGpu: false),
            Does.Contain("more than Linux maps")
        );
        Assert.That(CachePlan.Unfit(Layout(4096, isGpu: true), 64, isGpu: true), Is.Null);
        Assert.That(
            CachePlan.Unfit(CacheLayout.Of(Config, 4096, 512, 2, byToken: true), 16, isGpu: true),
            Does.StartWith("a slot is smaller than two pages")
        );
    }

    private static CacheSize Choose(long free, int? context, int? slots, bool isGpu) =>
        PagedCacheSize.Choose(
            new CacheFacts(Config, free, 2, context, slots, 512, isGpu),
            tokens => Layout(tokens, isGpu)
        );

    private static KvLayout Layout(int context, bool isGpu) =>
        CacheLayout.Of(Config, context, 512, 2, byToken: isGpu, isGpu ? 2 << 20 : 32768);
}
