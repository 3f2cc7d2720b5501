// The small programs around a child. What varies comes as arguments, which no shell reads as text.

/**
 * Becomes the child once it is told to by a line on descriptor 3; a launcher that has died sends none,
 * and the child never was. So no child runs that is not written down.
 */
export const GATE = `IFS= read -r go <&3 || exit 125; exec 3<&- "$@"`;

/**
 * Writes its input to the file $1 and moves that to $1.1 whenever it holds $2 blocks of 512 bytes. It
 * goes on when the launcher dies. What cannot be written is dropped, so that the child is never held up.
 */
export const PUMP = `umask 077
while ! (ulimit -c 0; ulimit -f "$2"; exec dd bs=4096 >>"$1"); do
  mv -f "$1" "$1.1" || exec cat >/dev/null
done`;

/**
 * Ends the group of the process $1, which started at $2, when its input ends without a line: with the
 * signal $3, and SIGKILL when it is still there after $4 fifths of a second.
 */
export const GUARD = `IFS= read -r word && exit 0
if IFS= read -r stat <"/proc/$1/stat"; then
  set -- "$@" \${stat##*) }
  [ "\${24}" = "$2" ] || exit 0
fi
kill -s "$3" -- "-$1"
left=$4
while [ "$left" -gt 0 ]; do
  kill -s 0 -- "-$1" || exit 0
  sleep 0.2
  left=$((left - 1))
done
kill -s KILL -- "-$1"`;
