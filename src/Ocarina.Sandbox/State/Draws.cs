using System.Text;

namespace Ocarina.Sandbox.State;

/// <summary>Chance from a seed, in named streams: a draw added to one stream shifts none of the others.</summary>
internal sealed class Draws(int seed)
{
    /// <summary>The seed all streams start from.</summary>
    public int Seed => seed;

    /// <summary>A fresh stream; the same seed and name give the same draws, always.</summary>
    public DrawStream Stream(string name)
    {
        var state = 0xcbf29ce484222325UL ^ ((ulong)(uint)seed * 0x9e3779b97f4a7c15UL);
        foreach (var one in Encoding.UTF8.GetBytes(name)) state = (state ^ one) * 0x100000001b3UL;
        return new DrawStream(state);
    }
}

/// <summary>One stream of draws (SplitMix64), safe to share.</summary>
internal sealed class DrawStream(ulong state)
{
    private readonly Lock _lock = new();
    private ulong _state = state;

    /// <summary>From 0 inclusive to 1 exclusive.</summary>
    public double Fraction() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From <paramref name="from"/> inclusive to <paramref name="below"/> exclusive.</summary>
    public int Between(int from, int below) => below <= from ? from : from + (int)(NextBits() % (ulong)(below - from));

    /// <summary>One of the choices.</summary>
    public T Pick<T>(IReadOnlyList<T> choices) => choices[Between(0, choices.Count)];

    /// <summary>A GUID of this stream, as repeatable as everything else.</summary>
    public Guid Identifier()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, NextBits());
        BitConverter.TryWriteBytes(bytes[8..], NextBits());
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40); // says "random", as version 4 does
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes);
    }

    private ulong NextBits()
    {
        lock (_lock)
        {
            _state += 0x9e3779b97f4a7c15UL;
            var bits = _state;
            bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9UL;
            bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebUL;
            return bits ^ (bits >> 31);
        }
    }
}
