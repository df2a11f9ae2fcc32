/** The Python environment of TensorBoard, whose readers `deno task bench` compares with. */
import { installPeer } from "./install_peer.ts";

/** Its wheel brings the data server. */
const REQUIREMENTS = ["tensorboard==2.21.0", "tensorboard-data-server==0.7.2"];

/**
 * Installs TensorBoard where it is not yet.
 *
 * @returns its Python
 * @throws PeersError
 */
export const installTensorboard = (): Promise<string> => installPeer("tensorboard", REQUIREMENTS);
