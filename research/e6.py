from ev import *; from nb import *; from schemes import *
import warnings,sys; warnings.simplefilter('ignore')
ws=[45,66,87,108,115,136,157]
if __name__=='__main__' and len(sys.argv)>1: ws=[w for w in W] if sys.argv[1]=='all' else ws
S={'q255':lambda x,y:quant(x,255),'q255cap':lambda x,y:fam(x,255,0),'asin cap':lambda x,y:fam(x,255,.5),'a=.75 cap':lambda x,y:fam(x,255,.75),'tails32':lambda x,y:tails(x,255),'piece191':lambda x,y:piece(x,255),'piece127':lambda x,y:piece(x,255,127),'piece223':lambda x,y:piece(x,255,223),
'logt .5 4k':lambda x,y:logtail(x,255),'logt .33 4k':lambda x,y:logtail(x,255,.33),'logt .25 4k':lambda x,y:logtail(x,255,.25),'logt .67 4k':lambda x,y:logtail(x,255,.67),'logt .5 1k':lambda x,y:logtail(x,255,.5,1/1024),'logt .5 16k':lambda x,y:logtail(x,255,.5,1/16384),
'halfwidth':lambda x,y:halfwidth(x,255),'sup half':lambda x,y:sup(x,y,255),'sup 1/4':lambda x,y:sup(x,y,255,.25),'sup all':lambda x,y:sup(x,y,255,.99),'q1024':lambda x,y:quant(x,1024),'q4096':lambda x,y:quant(x,4096)}
cfg=[('l0',dict(l2=0.)),('l1',{}),('l0 cap10',dict(l2=0.,cap=10.)),('l0 cap4',dict(l2=0.,cap=4.)),('l1 cap10',dict(cap=10.)),('base0 l1 mss1',dict(base=0.,mss=1))]
if __name__=='__main__':
  OUT={}
  for k in S:
    R={c:[] for c,_ in cfg};tb=[];tf=[]
    for w in ws:
        X,y,Z,z=W[w]; t=time.process_time();cuts=[S[k](X[:,j],y) for j in range(15)]; tb.append(time.process_time()-t)
        if k[0]!='q' : assert max(map(len,cuts))<=254
        cd=(encode(X,cuts),encode(Z,cuts))
        for c,kw in cfg: 
            t=time.process_time();R[c].append(AP(z,fit_predict(X,y,Z,cuts,codes=cd,**kw)));tf.append(time.process_time()-t)
    print(f'{k:12s}',' | '.join(f'{c} {np.mean(R[c]):.4f}±{np.std(R[c]):.3f} b{R[c][ws.index(115)]:.4f}' for c in R),f'bin {np.median(tb):.2f} fit {np.median(tf):.2f}',flush=True); OUT[k]=R
  pickle.dump(OUT,open('e6.pkl','wb'))
