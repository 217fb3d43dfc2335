using GemmaInference.Model;
using GemmaInference.Model.Pages;
using GemmaInference.Native;
using GemmaInference.Torch.Pages;
using Inference.Tests.Torch.Pages;

namespace Inference.Tests.Model.Pages;

/// <summary>How many pages sequences take, and who has them.</summary>
internal sealed class KvPagesTests
{
    /// <summary>Gemma 3 4B: 29 layers slide and 5 don't, with 4 key heads of 256 channels each.</summary>
    private static readonly GemmaConfig Config = GemmaConfigReader.Read(
        """
        {"model_type":"gemma3","text_config":{"hidden_size":2560,"num_hidden_layers":34,"sliding_window":1024}}
        """,
        "config.json"
    );

    [TestCase(1, 5 * 2 + 29 * 2)]
    [TestCase(1024, 5 * 2 + 29 * 2)]
    [TestCase(1025, (5 + 29) * 2 * 2)]
    [TestCase(32768, (5 * 2 * 32) + (29 * 2 * 2), Description = "windows are no longer than 1,535 tokens")]
    public void A_sequence_takes_what_its_tokens_reach(int tokens, int pages)
    {
        var layout = CacheLayout.Of(Config, 32768, 512, 2, byToken: true, 2 << 20);
        Assert.That(layout.Pages(tokens), Is.EqualTo(pages));
        Assert.That((layout.FixedBytes, layout.PageBytes), Is.EqualTo((0L, 2L << 20)));
    }

    [Test]
    public void Layers_whose_slots_are_no_larger_than_a_page_have_their_memory_from_the_start()
    {
        // By heads a stretch of the window takes 768 KiB.
        var layout = CacheLayout.Of(Config, 32768, 512, 2, byToken: false, 2 << 20);
        Assert.That((layout.Global.IsPaged, layout.Local.IsPaged), Is.EqualTo((true, false)));
        Assert.That(layout.FixedBytes, Is.EqualTo(29L * 2 * 4 * 1535 * 512));
        var some = CacheLayout.Of(Config, 32768, 512, 2, byToken: true, 2 << 20, (Global: false, Local: true));
        Assert.That((some.Global.IsPaged, some.Local.IsPaged), Is.EqualTo((false, true)));
        Assert.That(CacheLayout.Of(Config, 32768, 512, 2, byToken: true).PageBytes, Is.Zero);
    }

    [TestCase(72, 4096, 500, 512, Description = "rows that no page is a multiple of")]
    [TestCase(128, 4096, 500, 512)]
    [TestCase(128, 4096, 513, 544)]
    public void A_slot_begins_with_a_page(int row, int page, int places, int rows)
    {
        var kind = new KvKind(2, 1, row, places, page);
        Assert.That((kind.Rows, kind.StretchBytes % page), Is.EqualTo((rows, 0L)));
        Assert.That(kind.Depth(places) * (long)page, Is.InRange((long)places * row, kind.StretchBytes));
    }

    [Test]
    public void No_page_is_lost_or_held_twice([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var layout = new KvLayout(new KvKind(2, 3, 64, 400, 4096), new KvKind(4, 1, 72, 120, 4096), ByToken: false);
        const int Slots = 5;
        using var pages = new KvPages(layout, Slots, new HostPages(4096), layout.Pages(400) + 7);
        for (var tensor = 0; tensor < 2 + 4; tensor++)
        {
            pages.Reserve(slides: tensor >= 2);
        }

        var reached = new int[Slots];
        for (var turn = 0; turn < 400; turn++)
        {
            var (slot, tokens) = (random.Next(Slots), random.Next(1, 401));
            switch (random.Next(3))
            {
                case 0:
                    var missing = layout.Pages(Math.Max(tokens, reached[slot])) - layout.Pages(reached[slot]);
                    var fits = missing <= pages.Free;
                    Assert.That(pages.TryBack(slot, tokens), Is.EqualTo(fits));
                    reached[slot] = fits ? Math.Max(reached[slot], tokens) : reached[slot];
                    break;
                case 1:
                    tokens = random.Next(3) == 0 ? 0 : tokens;
                    pages.Trim(slot, tokens);
                    reached[slot] = Math.Min(reached[slot], tokens);
                    break;
                default:
                    pages.Show(slot, random.Next(2) == 0, tokens);
                    break;
            }

            Assert.That(pages.Held(slot), Is.EqualTo(layout.Pages(reached[slot])));
            Assert.That(pages.Free + Enumerable.Range(0, Slots).Sum(pages.Held), Is.EqualTo(pages.Total));
        }
    }

    [Test]
    public void Memory_that_can_t_be_made_is_told_with_what_helps()
    {
        using var driver = FakeDriver.Compile();
        using var memory = PageSupport.OfGpu(driver.Library, GemmaInference.Torch.Device.Cpu, out _)!;
        var layout = new KvLayout(new KvKind(2, 3, 64, 400, 8192), new KvKind(4, 1, 72, 120, 8192), ByToken: false);
        driver.Fail("cuMemCreate", 2);
        Assert.That(
            () => new KvPages(layout, 2, memory, 100),
            Throws
                .TypeOf<InferenceException>()
                .With.Message.StartsWith("KV_PAGES: 100 pages of 8 KiB can't be made")
                .And.Message.Contains("cuMemCreate")
                .And.Message.Contains("MAX_CONTEXT or MAX_SLOTS, or KV_PAGES=off")
        );
    }
}
