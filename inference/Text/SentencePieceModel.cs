using System.Buffers.Binary;
using System.Text;
using GemmaInference.Native;

namespace GemmaInference.Text;

/// <summary>
/// Reads a <c>tokenizer.model</c>: SentencePiece's protobuf (<c>sentencepiece_model.proto</c>), read far enough to
/// tokenise as Gemma does, and refused by name where it asks for something else.
/// </summary>
internal sealed class SentencePieceModel
{
    private const int BytePairModel = 2;

    private SentencePieceModel(IReadOnlyList<Piece> pieces) => Pieces = pieces;

    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>Reads the tokenizer of a model directory: <c>tokenizer.model</c>, else <c>tokenizer.json</c>.</summary>
    /// <exception cref="InferenceException">Neither is there, or the one that is can't be read.</exception>
    public static SentencePieceModel ReadDirectory(string directory)
    {
        var (own, converted) = (Path.Combine(directory, "tokenizer.model"), Path.Combine(directory, "tokenizer.json"));
        return File.Exists(own) || !File.Exists(converted) ? ReadFile(own) : TokenizerJson.ReadFile(converted);
    }

    /// <exception cref="InferenceException">
    /// The file is missing, malformed, or not a byte-fallback BPE without normaliser.
    /// </exception>
    public static SentencePieceModel ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new InferenceException(
                path,
                "not found; MODEL_PATH must hold SentencePiece's tokenizer.model, or a tokenizer.json"
            );
        }

        GitLfs.Refuse(path);
        return Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Returns a model of pieces that come from elsewhere.</summary>
    /// <param name="pieces">By id.</param>
    /// <param name="path">Where they come from, for messages.</param>
    /// <exception cref="InferenceException">They can't spell every byte.</exception>
    public static SentencePieceModel Of(IReadOnlyList<Piece> pieces, string path) =>
        HasAllBytes(pieces)
            ? new SentencePieceModel(pieces)
            : throw new InferenceException(path, "only models with byte fallback are supported");

    /// <param name="bytes">The file's bytes.</param>
    /// <param name="path">Its name, for messages.</param>
    public static SentencePieceModel Read(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            return ReadModel(bytes, path);
        }
        catch (Exception cause)
            when (cause is ArgumentOutOfRangeException or OverflowException or IndexOutOfRangeException)
        {
            throw new InferenceException(path, "not a SentencePiece model: its protobuf is malformed", cause);
        }
    }

    private static SentencePieceModel ReadModel(ReadOnlySpan<byte> bytes, string path)
    {
        var pieces = new List<Piece>();
        // The proto's defaults: unigram, a dummy prefix, extra whitespace removed.
        bool bpe = false,
            fallback = false,
            prefix = true,
            squeeze = true,
            escape = true,
            charsmap = false;
        for (var top = new ProtoReader(bytes); top.Next(); )
        {
            switch (top.Field)
            {
                case 1:
                    pieces.Add(ReadPiece(top.Bytes));
                    break;
                case 2:
                    for (var trainer = new ProtoReader(top.Bytes); trainer.Next(); )
                    {
                        if (trainer.Field == 3)
                        {
                            bpe = trainer.Number == BytePairModel;
                        }

                        if (trainer.Field == 35)
                        {
                            fallback = trainer.Number != 0;
                        }
                    }

                    break;
                case 3:
                    for (var normalizer = new ProtoReader(top.Bytes); normalizer.Next(); )
                    {
                        if (normalizer.Field == 2)
                        {
                            charsmap = !normalizer.Bytes.IsEmpty;
                        }

                        if (normalizer.Field == 3)
                        {
                            prefix = normalizer.Number != 0;
                        }

                        if (normalizer.Field == 4)
                        {
                            squeeze = normalizer.Number != 0;
                        }

                        if (normalizer.Field == 5)
                        {
                            escape = normalizer.Number != 0;
                        }
                    }

                    break;
            }
        }

        var bytesKnown = HasAllBytes(pieces);
        var wrong =
            pieces.Count == 0 ? "it has no pieces"
            : !bpe ? "only BPE models are supported"
            : !fallback || !bytesKnown ? "only models with byte fallback are supported"
            : prefix || squeeze || !escape || charsmap
                ? "only the identity normaliser without a dummy prefix is supported"
            : null;
        return wrong is null ? new SentencePieceModel(pieces) : throw new InferenceException(path, wrong);
    }

    private static bool HasAllBytes(IReadOnlyList<Piece> pieces) =>
        pieces.Where(piece => piece.Kind == PieceKind.Byte).Select(piece => piece.Text).Distinct().Count() == 256;

    private static Piece ReadPiece(ReadOnlySpan<byte> bytes)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        for (var reader = new ProtoReader(bytes); reader.Next(); )
        {
            if (reader.Field == 1)
            {
                text = Encoding.UTF8.GetString(reader.Bytes);
            }

            if (reader.Field == 2)
            {
                score = BinaryPrimitives.ReadSingleLittleEndian(reader.Bytes);
            }

            if (reader.Field == 3)
            {
                kind = (PieceKind)reader.Number;
            }
        }

        return new Piece(text, score, kind);
    }
}
